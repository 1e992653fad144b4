<?php
// Makes laravel-more.json: random bodies, and what Laravel's validator answers to each.
//   apt-get install php-cli php-mbstring php-illuminate-validation
//   php -d precision=14 testdata/laravel-more.php > testdata/laravel-more.json
// Debian's Laravel is 8.83; the messages below are those of Laravel 11. The bodies stay clear of what we refuse on
// purpose (control characters, numbers out of bounds, dates that are not absolute); rules_test.go tests that apart.

foreach (['Illuminate/Validation', 'Illuminate/Translation', 'Egulias/EmailValidator'] as $package) {
    require_once "/usr/share/php/$package/autoload.php";
}

use Illuminate\Translation\{ArrayLoader, Translator};
use Illuminate\Validation\Factory;

mt_srand(20261122);

$size = fn ($numeric, $file, $string, $array) => compact('numeric', 'file', 'string', 'array');
$lines = [
    'required' => 'The :attribute field is required.',
    'string' => 'The :attribute field must be a string.',
    'email' => 'The :attribute field must be a valid email address.',
    'integer' => 'The :attribute field must be an integer.',
    'numeric' => 'The :attribute field must be a number.',
    'in' => 'The selected :attribute is invalid.',
    'url' => 'The :attribute field must be a valid URL.',
    'date' => 'The :attribute field must be a valid date.',
    'date_format' => 'The :attribute field must match the format :format.',
    'before' => 'The :attribute field must be a date before :date.',
    'uuid' => 'The :attribute field must be a valid UUID.',
    'boolean' => 'The :attribute field must be true or false.',
    'array' => 'The :attribute field must be an array.',
    'regex' => 'The :attribute field format is invalid.',
    'required_if' => 'The :attribute field is required when :other is :value.',
    'required_with' => 'The :attribute field is required when :values is present.',
    'required_without' => 'The :attribute field is required when :values is not present.',
    'file' => 'The :attribute field must be a file.',
    'max' => $size('The :attribute field must not be greater than :max.',
        'The :attribute field must not be greater than :max kilobytes.',
        'The :attribute field must not be greater than :max characters.',
        'The :attribute field must not have more than :max items.'),
    'min' => $size('The :attribute field must be at least :min.',
        'The :attribute field must be at least :min kilobytes.',
        'The :attribute field must be at least :min characters.',
        'The :attribute field must have at least :min items.'),
    'size' => $size('The :attribute field must be :size.',
        'The :attribute field must be :size kilobytes.',
        'The :attribute field must be :size characters.',
        'The :attribute field must contain :size items.'),
    'gt' => $size('The :attribute field must be greater than :value.',
        'The :attribute field must be greater than :value kilobytes.',
        'The :attribute field must be greater than :value characters.',
        'The :attribute field must have more than :value items.'),
    'attributes' => [], 'custom' => [], 'values' => [],
];
$loader = new ArrayLoader;
$loader->addMessages('en', 'validation', $lines);
$factory = new Factory(new Translator($loader, 'en'));

// Str::trim of Laravel 11 and its two default middlewares.
$invisible = '\x{0009}\x{0020}\x{00A0}\x{00AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180E}\x{2000}-\x{200F}'
    . '\x{202F}\x{205F}\x{2060}-\x{2065}\x{206A}-\x{206F}\x{3000}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{1D159}\x{1D173}-\x{1D17A}\x{E0020}';
function middleware($value, $key = '')
{
    global $invisible;
    if (is_array($value)) {
        foreach ($value as $k => $v) {
            $value[$k] = middleware($v, $key === '' ? (string) $k : "$key.$k");
        }
        return $value;
    }
    if (is_string($value) && !in_array($key, ['password', 'current_password', 'password_confirmation'], true)) {
        $value = preg_replace("~^[\s$invisible \\n\\r\\t\\v\\0]+|[\s$invisible \\n\\r\\t\\v\\0]+$~u", '', $value);
    }
    return $value === '' ? null : $value;
}

function answer(Factory $factory, array $rules, string $body)
{
    $data = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
    $errors = $factory->make(middleware(is_array($data) ? $data : []), $rules)->errors();
    $all = $errors->all();
    if (!$all) {
        return null;
    }
    $more = count($all) - 1;
    $message = $all[0] . ($more ? " (and $more more error" . ($more > 1 ? 's' : '') . ')' : '');
    return ['message' => $message, 'errors' => $errors->toArray()];
}

// Values as they stand in a body. Numbers keep to what PHP writes without rounding.
$texts = ['', ' ', 'a', 'abc', ' abc ', 'ab', 'x y', 'é', '€€', 'ñandú', '😀', "\u{200B}", "\u{200B}x\u{FEFF}", "\u{A0}7\u{3000}",
    "a\u{200B}b", "a\nb", '0', '1', '7', ' 7 ', '07', '+7', '-7', '1.0', '1.50', '.5', '5.', '1e3', '1E-2', '1e', '-0', '0.0', '1,5',
    '1_000', '0x1A', 'NaN', 'INF', 'true', 'false', 'null', '9223372036854775807', '9223372036854775808', '123456.789',
    'one', 'two', 'ONE', 'card', 'a@b.com', 'josé@exämple.com', 'a@', '@b', 'a b@c.com', 'https://example.com', 'http://a.b/c?d=e#f',
    'HTTPS://EXAMPLE.COM', 'https://a', 'https://ab', 'https://ab.', 'https://-', 'https://a..b', 'https://x.com:8080/p',
    'https://x.com:', 'https://[::1]/', 'https://[::1', 'https://[1::2::3]', 'https://u:p@x.com', 'https://u@x.com/a b', 'ftp://x.com',
    'foo://x.com', 'javascript:alert(1)', '//x.com', 'https://x.com/%zz', 'https://x.com/%41', 'https://x.com/[a]', 'https://x.com/?a[]=1',
    'https://xn--exmple-cua.com', 'https://exämple.com/ñ', 'https://1.2.3.4', 'https://x_y.com', 'https://x.com/#a#b', 'bitcoin://abc',
    'mailto:a@b.com', 'coap+tcp://ab', 'https://x.com?q', 'https://[::ffff:1.2.3.4]:80/x', 'https://a@b@c.com', 'https://x.com\\y',
    '1990-02-28', '1990-02-30', '1990-2-8', '28-02-1990', '1990/02/28', '02/28/1990', '28.02.1990', '19900228', '2030-01-01',
    '2030-01-01T10:00:00Z', '2020-01-01 10:00', '2020-01-01T10:00:00+02:00', '5 January 2020', 'Jan 5, 2020', '2020-13-01',
    '2020-00-10', '2020-01', '2026-11-21', '2026-11-22', '2026-11-23', '550e8400-e29b-41d4-a716-446655440000',
    '550E8400-E29B-41D4-A716-446655440000', '550e8400e29b41d4a716446655440000', '550e8400-e29b-41d4-a716-44665544000g', 'ES', 'es', 'ESP',
    'A1', 'ABC-123'];
$raw = ['null', 'true', 'false', '0', '1', '2', '-1', '7', '12.5', '1.0', '1.50', '1e3', '1.5e1', '-0', '-0.0', '0.001', '19900228', '100',
    '99999999999999', '100000000000000.0', '9223372036854775807', '9223372036854775808', '[]', '{}', '[1]', '["a"]', '["one"]',
    '["one","two"]', '["one",""]', '["one",["two"]]', '[1,true,null]', '{"a":1}', '{"a":"one"}', '["a","b","c","d"]', '[" a "]'];

function sample(): string
{
    global $texts, $raw;
    switch (mt_rand(0, 9)) {
        case 0: case 1: case 2:
            return $raw[mt_rand(0, count($raw) - 1)];
        case 3: // random digits and marks: numbers, nearly numbers, nearly dates
            $alphabet = '0123456789.-+e ';
            $s = '';
            for ($n = mt_rand(1, 8); $n > 0; $n--) {
                $s .= $alphabet[mt_rand(0, strlen($alphabet) - 1)];
            }
            return json_encode(preg_replace('/e([+-]?\d)\d+/', 'e$1', $s)); // no huge exponents
        case 4: // random length
            return json_encode(str_repeat(['x', 'é', '😀'][mt_rand(0, 2)], mt_rand(0, 12)), JSON_UNESCAPED_UNICODE);
        default:
            return json_encode($texts[mt_rand(0, count($texts) - 1)], mt_rand(0, 1) ? JSON_UNESCAPED_UNICODE : 0);
    }
}

$sets = [
    ['name' => 'required|string|max:5', 'nick_name' => 'string|min:2'],
    ['name' => 'nullable|string|size:2', 'code' => 'sometimes|required|string'],
    ['email' => 'required|email|max:10'],
    ['user_id' => 'required|integer', 'other_id' => 'nullable|integer|min:1|max:100'],
    ['count' => 'integer|size:7', 'amount' => 'numeric|max:12.5|min:0.5'],
    ['amount' => 'required|numeric|gt:0'],
    ['amount' => 'nullable|gt:1.5'], // alone: in Laravel one field's gt changes the words for another's
    ['length' => 'string|gt:2'],
    ['amount' => 'required|numeric|min:1|max:1000'],
    ['size_of_it' => 'max:3', 'list' => 'array|max:2|min:1', 'items' => 'array|size:2'],
    ['type' => 'required|in:one,two,card', 'number' => 'in:1,7,100', 'types' => 'array|in:one,two'],
    ['url' => 'required|url|max:40', 'callback_url' => 'nullable|url'],
    ['url' => 'url'],
    ['birth_date' => 'required|date_format:Y-m-d|before:2026-11-22', 'day' => 'date_format:Ymd', 'at' => 'nullable|date_format:Y-m-d\TH:i:sP'],
    ['day' => 'date|before:2026-11-22', 'start' => 'date'],
    ['uuid' => 'required|uuid', 'id' => 'nullable|uuid'],
    ['flag' => 'required|boolean', 'other_flag' => 'boolean'],
    ['list' => 'required|array', 'reasons' => 'nullable|array|max:3'],
    ['code' => 'required|regex:/^[A-Z]{2}$/', 'any' => 'regex:/^[a-z]+$/i', 'wide' => 'nullable|regex:/^.{2}$/u'],
    ['kind' => 'nullable', 'company_name' => 'required_if:kind,one,two|string', 'vat_number' => 'required_if:kind,true'],
    ['kind' => 'nullable', 'level' => 'required_if:kind,1,null'],
    ['email' => 'required_without:user_id,uuid', 'user_id' => 'nullable|integer', 'uuid' => 'required_without:email|uuid'],
    ['id_type' => 'required_with:id_number|string', 'id_number' => 'required_with:id_type|string'],
    ['file' => 'nullable|file', 'document' => 'required|file|max:10'],
    ['name' => 'bail|required|integer|in:7', 'password' => 'required|string|min:2'],
    ['bank_account' => 'nullable|array', 'bank_account.account_type' => 'required|string', 'reasons.*' => 'string|max:3'],
];
// Fields of before get no numbers and no single letters: PHP reads them as timestamps, times of day and military zones.
function dateSample(): string
{
    do {
        $value = json_decode(sample(), true);
    } while (is_numeric(is_string($value) ? middleware($value) : $value) || (is_string($value) && preg_match('/^[a-z](\s[a-z])?$/', middleware($value) ?? '')) || (is_string($value) && preg_match('/^[\d.+e -]+$/', $value)
        && !preg_match('/^\d{2,4}[-.]\d\d?[-.]\d{2,4}$/', $value)));
    return json_encode($value);
}

// Elements of reasons.* are no arrays: Laravel 8 tells those out of order.
function scalarSample(): string
{
    do {
        $body = sample();
    } while (is_array(json_decode($body, true)));
    return $body;
}

$cases = [];
$per = (int) ($argv[1] ?? 60);
foreach ($sets as $rules) {
    for ($i = 0; $i < $per; $i++) {
        $pairs = [];
        foreach (array_keys($rules) as $field) {
            if (mt_rand(0, 9) > 0 && !strpbrk($field, '.*')) {
                $pairs[] = json_encode($field) . ':' . (str_contains($rules[$field], 'before') ? dateSample() : sample());
            }
        }
        if (isset($rules['reasons.*'])) {
            $pairs = ['"bank_account":{"account_type":' . sample() . '}', '"reasons":[' . scalarSample() . ',' . scalarSample() . ']'];
        }
        $body = '{' . implode(',', $pairs) . '}';
        $cases[] = ['rules' => $rules, 'body' => $body, 'output' => answer($factory, $rules, $body)];
    }
}
echo "[\n", implode(",\n", array_map(fn ($c) => json_encode($c, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), $cases)), "\n]\n";
