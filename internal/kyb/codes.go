package kyb

// The codes of a Problem, each with the Params that fill its message.
const (
	CodeRequired             = "required"
	CodeTooLong              = "too_long"               // max: characters
	CodeControlCharacters    = "control_characters"     // pasted from somewhere odd
	CodeCountryUnknown       = "country_unknown"        //
	CodeLegalFormUnknown     = "legal_form_unknown"     // in that country
	CodeIdentifierFormat     = "identifier_format"      // example ("" where none is known)
	CodeIdentifierCheckDigit = "identifier_check_digit" // example
	CodeIdentifierLength     = "identifier_length"      // example, length: what is wanted
	CodeDateFormat           = "date_format"            //
	CodeDateFuture           = "date_future"            //
	CodeDateTooEarly         = "date_too_early"         // min: YYYY-MM-DD
	CodePersonTooYoung       = "person_too_young"       // age: the least
	CodePersonTooOld         = "person_too_old"         // age: the most
	CodeURLFormat            = "url_format"             //
	CodeVolumeFormat         = "volume_format"          // whole euros are wanted
	CodePostalCodeFormat     = "postal_code_format"     // example
	CodePercentFormat        = "percent_format"         // a number with at most 4 decimals
	CodePercentRange         = "percent_range"          // above 0, at most 100
	CodeRoleUnknown          = "role_unknown"           //
	CodeRoleNotAllowed       = "role_not_allowed"       // this legal form has no owners
	CodeOwnersNotAllowed     = "owners_not_allowed"     // a percentage or an owning company where the form has no owners
	CodeThroughUnknown       = "through_unknown"        // the owning company was taken out, or is this one itself
	CodeControlUnknown       = "control_unknown"        //
	CodeOwnershipCycle       = "ownership_cycle"        // names: the companies that own each other, "A → B → A"
	CodeOwnersOver100        = "owners_over_100"        // total, names: who holds how much
	CodeEntityOwnersOver100  = "entity_owners_over_100" // total, names, name: the owning company's
	CodeOwnersIncomplete     = "owners_incomplete"      // total: the percentage whose owners are known; reached, percent: what makes a beneficial owner
	CodeRepresentative       = "representative_missing" //
	CodeTraderMissing        = "trader_missing"         // a sole trader's file needs the trader himself
	CodeBoardIncomplete      = "board_incomplete"       // min: members to name
	CodeTooMany              = "too_many"               // max: rows
	CodeSignerUnknown        = "signer_unknown"         // only a representative of the file signs
	CodeSignatureMismatch    = "signature_mismatch"     // name: the signer's
)

// Codes is every code a Problem can have, so that the pages can prove that each has its message.
var Codes = []string{
	CodeRequired, CodeTooLong, CodeControlCharacters, CodeCountryUnknown, CodeLegalFormUnknown, CodeIdentifierFormat,
	CodeIdentifierCheckDigit, CodeIdentifierLength, CodeDateFormat, CodeDateFuture, CodeDateTooEarly, CodePersonTooYoung,
	CodePersonTooOld, CodeURLFormat, CodeVolumeFormat, CodePostalCodeFormat, CodePercentFormat, CodePercentRange,
	CodeRoleUnknown, CodeRoleNotAllowed, CodeOwnersNotAllowed, CodeThroughUnknown, CodeControlUnknown, CodeOwnershipCycle, CodeOwnersOver100,
	CodeEntityOwnersOver100, CodeOwnersIncomplete, CodeRepresentative, CodeTraderMissing, CodeBoardIncomplete, CodeTooMany,
	CodeSignerUnknown, CodeSignatureMismatch,
}
