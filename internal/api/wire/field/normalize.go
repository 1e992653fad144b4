package field

import "rampa/internal/api/wire/php"

// untrimmed are the fields that Laravel's TrimStrings leaves as they are: a password may begin with a space.
func untrimmed(name string) bool {
	return name == "password" || name == "current_password" || name == "password_confirmation"
}

// normalize does in place what Laravel's two default middlewares do to every request, all levels down: TrimStrings
// (top-level passwords excepted), then ConvertEmptyStringsToNull (no exceptions).
func normalize(f Fields) {
	for i := range f.members {
		m := &f.members[i]
		m.value = normalized(m.value, !untrimmed(m.name))
	}
}

func normalized(v Value, trim bool) Value {
	switch v.kind {
	case String:
		if trim {
			v.text = php.Trim(v.text)
		}
		if v.text == "" {
			return Value{kind: Null}
		}
	case Array:
		for i, item := range v.Items() {
			v.more.items[i] = normalized(item, true)
		}
	case Object:
		members := v.Fields().members
		for i := range members {
			members[i].value = normalized(members[i].value, true)
		}
	}
	return v
}
