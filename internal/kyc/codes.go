package kyc

// The codes of a Problem, each with the Params that fill its message. Those that a company's file has too are spelled as
// there.
const (
	CodeRequired             = "required"
	CodeTooLong              = "too_long"               // max: characters
	CodeControlCharacters    = "control_characters"     // pasted from somewhere odd
	CodeLettersMissing       = "letters_missing"        // a name without a letter
	CodeCountryUnknown       = "country_unknown"        //
	CodeDateFormat           = "date_format"            //
	CodeDateFuture           = "date_future"            //
	CodePersonTooYoung       = "person_too_young"       // age: the least
	CodePersonTooOld         = "person_too_old"         // age: the most
	CodePhoneFormat          = "phone_format"           // example
	CodePostalCodeFormat     = "postal_code_format"     // example
	CodePaperTypeUnknown     = "paper_type_unknown"     // in the country that issued it
	CodeIdentifierFormat     = "identifier_format"      // example ("" where none is known)
	CodeIdentifierCheckDigit = "identifier_check_digit" // example
	CodeIdentifierLength     = "identifier_length"      // example, length: what is wanted
	CodeBirthDateDiffers     = "birth_date_differs"     // date: what the number says
	CodePaperExpired         = "paper_expired"          // the paper's end has passed
	CodeSignatureMismatch    = "signature_mismatch"     // name: the person's
)

// Codes is every code a Problem can have, so that the pages can prove that each has its message.
var Codes = []string{
	CodeRequired, CodeTooLong, CodeControlCharacters, CodeLettersMissing, CodeCountryUnknown, CodeDateFormat, CodeDateFuture,
	CodePersonTooYoung, CodePersonTooOld, CodePhoneFormat, CodePostalCodeFormat, CodePaperTypeUnknown, CodeIdentifierFormat,
	CodeIdentifierCheckDigit, CodeIdentifierLength, CodeBirthDateDiffers, CodePaperExpired, CodeSignatureMismatch,
}
