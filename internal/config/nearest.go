package config

import "strings"

// Nearest gives the candidate that somebody who typed name most likely meant: the one with the fewest edits, if they
// are at most a third of its length (and one at least), or one that begins with name. "" when there is none.
func Nearest(name string, candidates []string) string {
	best, fewest := "", len(name)+1
	for _, candidate := range candidates {
		edits := distance(name, candidate)
		allowed := max(1, max(len(name), len(candidate))/3)
		if len(name) >= 3 && strings.HasPrefix(candidate, name) {
			edits = min(edits, allowed)
		}
		if edits <= allowed && edits < fewest {
			best, fewest = candidate, edits
		}
	}
	return best
}

// distance is the number of letters to insert, drop, replace or swap with their neighbour to make b of a (optimal
// string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
