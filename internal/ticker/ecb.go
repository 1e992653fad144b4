package ticker

import (
	"encoding/xml"
	"errors"
	"time"

	"rampa/internal/price"
)

// readECB reads the euro reference rates of the European Central Bank, eurofxref-daily.xml or one of the longer files: of
// the last day in it. The file has a date and no time. The rates are fixed at 14:15 in Frankfurt and published about 16:00,
// which is 14:00 or 15:00 UTC: they count as of 14:00.
func readECB(body []byte, asked []string) (map[string]reading, error) {
	var file struct {
		Days []struct {
			Date  string `xml:"time,attr"`
			Rates []struct {
				Currency string `xml:"currency,attr"`
				Rate     string `xml:"rate,attr"`
			} `xml:"Cube"`
		} `xml:"Cube>Cube"`
	}
	if err := xml.Unmarshal(body, &file); err != nil {
		return nil, err
	}
	if len(file.Days) == 0 {
		return nil, errors.New("there is no day in the file")
	}
	last := file.Days[0]
	for _, day := range file.Days {
		if day.Date > last.Date { // ISO 8601
			last = day
		}
	}
	date, err := time.Parse(time.DateOnly, last.Date)
	if err != nil {
		return nil, err
	}
	rates := map[string]numeral{}
	for _, r := range last.Rates {
		rates[r.Currency] = numeral(r.Rate)
	}
	readings := table(asked, rates, "EUR")
	for symbol, r := range readings {
		r.at = date.Add(14 * time.Hour)
		readings[symbol] = r
	}
	return readings, nil
}

// checkECB refuses a pair that is not the euro's when the rules are read, not when the first answer comes.
func checkECB(q quotation) error {
	pair := q.pair
	if q.inverse {
		pair = pair.Inverse()
	}
	if pair != (price.Pair{Base: "EUR", Quote: q.symbol}) {
		return errors.New("the bank gives EUR/" + q.symbol + " here")
	}
	return nil
}
