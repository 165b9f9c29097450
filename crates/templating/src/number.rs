//! Numbers as JavaScript reads and writes them.

use crate::text::is_space;

/// A number as text: shortest digits that read back the same, exponent from 1e21 and below 1e-6.
pub(crate) fn to_text(number: f64) -> String {
    if let Some(text) = special(number) {
        return text.to_owned();
    }
    // Whole numbers are by far the most, and need no search for the shortest digits.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return (number as i64).to_string();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let (digits, exponent) = shortest(number.abs());
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let body = if (count..=21).contains(&(exponent + 1)) {
        format!("{digits}{}", zeros(exponent + 1 - count))
    } else if (0..21).contains(&exponent) {
        let (whole, fraction) = digits.split_at(as_len(exponent + 1));
        format!("{whole}.{fraction}")
    } else if (-6..0).contains(&exponent) {
        format!("0.{}{digits}", zeros(-exponent - 1))
    } else {
        with_exponent(&digits, exponent)
    };
    format!("{sign}{body}")
}

/// `toFixed`: `digits` places after the point, a tie rounded away from zero.
pub(crate) fn to_fixed(number: f64, digits: usize) -> String {
    if !number.is_finite() || number.abs() >= 1e21 {
        return to_text(number);
    }
    // No double has more than 1074 places after the point, so this is its exact value.
    let exact = format!("{:.1075}", number.abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let digits = digits.min(fraction.len());
    let all = format!("{whole}{fraction}");
    let (rounded, carry) = round_digits(&all, whole.len() + digits);
    let (whole, fraction) = rounded.split_at(whole.len() + carry);
    let sign = if number < 0.0 { "-" } else { "" };
    let point = if digits == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// `toPrecision`: `precision` significant digits.
pub(crate) fn to_precision(number: f64, precision: usize) -> String {
    if let Some(text) = special(number) {
        return text.to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let (digits, exponent) = significant(number.abs(), precision);
    let body = if exponent < -6 || exponent >= as_i32(precision) {
        with_exponent(&digits, exponent)
    } else if exponent + 1 == as_i32(precision) {
        digits
    } else if exponent >= 0 {
        let (whole, fraction) = digits.split_at(as_len(exponent + 1));
        format!("{whole}.{fraction}")
    } else {
        format!("0.{}{digits}", zeros(-exponent - 1))
    };
    format!("{sign}{body}")
}

/// `toExponential`; without `digits` as many as the number needs.
pub(crate) fn to_exponential(number: f64, digits: Option<usize>) -> String {
    if let Some(text) = special(number) {
        return text.to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let (digits, exponent) = match digits {
        Some(digits) => significant(number.abs(), digits + 1),
        None => shortest(number.abs()),
    };
    format!("{sign}{}", with_exponent(&digits, exponent))
}

/// `toString(radix)` for a radix from 2 to 36.
pub(crate) fn to_radix(number: f64, radix: u32) -> String {
    if radix == 10 || !number.is_finite() {
        return to_text(number);
    }
    let base = f64::from(radix);
    let value = number.abs();
    let (mut whole, mut fraction) = (value.trunc(), value.fract());
    // Half the distance to the next number: digits below it say nothing.
    let mut delta = (0.5 * (value.next_up() - value)).max(f64::from_bits(1));
    let mut places: Vec<u32> = Vec::new();
    if fraction >= delta {
        loop {
            fraction *= base;
            delta *= base;
            let digit = fraction.trunc();
            places.push(digit as u32);
            fraction -= digit;
            let up = fraction > 0.5 || (fraction == 0.5 && (digit as u32) & 1 == 1);
            if up && fraction + delta > 1.0 {
                whole += carry_up(&mut places, radix);
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let mut digits: Vec<char> = Vec::new();
    // Beyond 2^53 the low digits are not represented; JavaScript writes zeros there.
    while whole >= 9_007_199_254_740_992.0 {
        whole /= base;
        digits.push('0');
    }
    loop {
        let rest = whole % base;
        digits.push(char::from_digit(rest as u32, radix).unwrap_or('0'));
        whole = (whole - rest) / base;
        if whole <= 0.0 {
            break;
        }
    }
    let mut out = String::new();
    if number < 0.0 {
        out.push('-');
    }
    out.extend(digits.iter().rev());
    if !places.is_empty() {
        out.push('.');
        out.extend(places.iter().filter_map(|digit| char::from_digit(*digit, radix)));
    }
    out
}

/// What `Number(text)` makes of a text; NaN when it is none.
pub(crate) fn from_text(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return 0.0;
    }
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let radix = match lower.as_deref() {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return if float_prefix(text) == text.len() { parse(text) } else { f64::NAN },
    };
    let digits = &text[2..];
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return f64::NAN;
    }
    from_digits(digits, radix)
}

/// `parseFloat`: the number a text begins with.
pub(crate) fn parse_float(text: &str) -> f64 {
    let text = text.trim_start_matches(is_space);
    match float_prefix(text) {
        0 => f64::NAN,
        len => parse(&text[..len]),
    }
}

/// `parseInt(text, radix)`: the whole number a text begins with.
pub(crate) fn parse_int(text: &str, radix: f64) -> f64 {
    let text = text.trim_start_matches(is_space);
    let (negative, mut text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut radix = to_int32(radix);
    if (radix == 0 || radix == 16)
        && let Some(rest) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
    {
        text = rest;
        radix = 16;
    }
    if radix == 0 {
        radix = 10;
    }
    if !(2..=36).contains(&radix) {
        return f64::NAN;
    }
    let radix = radix.unsigned_abs();
    let len = text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len());
    if len == 0 {
        return f64::NAN;
    }
    let value = from_digits(&text[..len], radix);
    if negative { -value } else { value }
}

/// JavaScript's conversion to a whole number; NaN becomes 0, infinities stay.
pub(crate) fn to_integer(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.trunc() }
}

/// An index counted from the end when negative, cut to `0..=len`.
pub(crate) fn relative_index(number: f64, len: usize) -> usize {
    let number = to_integer(number);
    let from_end = if number < 0.0 { number + len as f64 } else { number };
    // The cast saturates, which is the cut wanted here.
    (from_end.max(0.0) as usize).min(len)
}

/// An index cut to `0..=len`.
pub(crate) fn clamped_index(number: f64, len: usize) -> usize {
    (to_integer(number).max(0.0) as usize).min(len)
}

fn to_int32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    (number.trunc().rem_euclid(4_294_967_296.0) as u32).cast_signed()
}

fn special(number: f64) -> Option<&'static str> {
    if number.is_nan() {
        Some("NaN")
    } else if number.is_infinite() {
        Some(if number > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    }
}

/// Shortest digits and the decimal exponent of the first one.
fn shortest(number: f64) -> (String, i32) {
    split_scientific(&format!("{number:e}"))
}

/// All digits of the number's exact value (at least one), and the exponent of the first one.
fn exact_digits(number: f64) -> (String, i32) {
    // No double has more than 767 significant decimal digits.
    split_scientific(&format!("{number:.780e}"))
}

/// Exactly `count` digits, a tie rounded up.
fn significant(number: f64, count: usize) -> (String, i32) {
    if number == 0.0 {
        return ("0".repeat(count), 0);
    }
    let (digits, exponent) = exact_digits(number);
    let (mut digits, carry) = round_digits(&digits, count);
    digits.truncate(count);
    (digits, exponent + as_i32(carry))
}

/// The first `keep` digits, rounded by the next one; the second value is 1 when a digit was gained.
fn round_digits(digits: &str, keep: usize) -> (String, usize) {
    let mut kept: Vec<u8> = digits.bytes().take(keep).collect();
    kept.resize(keep, b'0');
    let mut carry = 0;
    if digits.as_bytes().get(keep).is_some_and(|digit| *digit >= b'5') {
        match kept.iter().rposition(|digit| *digit != b'9') {
            Some(at) => {
                kept[at] += 1;
                kept[at + 1..].fill(b'0');
            }
            None => {
                kept.fill(b'0');
                kept.insert(0, b'1');
                carry = 1;
            }
        }
    }
    (kept.into_iter().map(char::from).collect(), carry)
}

/// Adds one to the last of these places, dropping those that overflow; 1 when all did.
fn carry_up(places: &mut Vec<u32>, radix: u32) -> f64 {
    while let Some(digit) = places.pop() {
        if digit + 1 < radix {
            places.push(digit + 1);
            return 0.0;
        }
    }
    1.0
}

fn with_exponent(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{first}{point}{rest}e{sign}{}", exponent.unsigned_abs())
}

fn split_scientific(text: &str) -> (String, i32) {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (digits.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn zeros(count: i32) -> String {
    "0".repeat(as_len(count))
}

fn as_len(count: i32) -> usize {
    usize::try_from(count).unwrap_or(0)
}

fn as_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Length of the decimal number a text begins with.
fn float_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits =
        |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[sign..].starts_with("Infinity") {
        return sign + "Infinity".len();
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut any = whole > 0;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if any || fraction > 0 {
            end += 1 + fraction;
            any = true;
        }
    }
    if !any {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// Reads what [`float_prefix`] found.
fn parse(text: &str) -> f64 {
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.starts_with('-') => f64::NEG_INFINITY,
        "Infinity" => f64::INFINITY,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

fn from_digits(digits: &str, radix: u32) -> f64 {
    if radix == 10 {
        return digits.parse().unwrap_or(f64::NAN);
    }
    digits
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e21, "1.5e+21"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
            (0.000_001, "0.000001"),
            (0.000_000_1, "1e-7"),
            (1.25e-9, "1.25e-9"),
            (100.0 / 3.0, "33.333333333333336"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(to_text(number), text);
        }
    }

    #[test]
    fn numbers_are_rounded_by_their_exact_value() {
        for (number, digits, text) in [
            (1.005, 2, "1.00"),
            (2.5, 0, "3"),
            (-1.5, 0, "-2"),
            (1234.5678, 0, "1235"),
            (0.5, 0, "1"),
            (0.4, 0, "0"),
            (0.05, 1, "0.1"),
            (0.04, 1, "0.0"),
            (0.001, 2, "0.00"),
            (9.999, 2, "10.00"),
            (0.999, 2, "1.00"),
            (0.0, 2, "0.00"),
            (-0.0001, 2, "-0.00"),
            (123.456, 1, "123.5"),
            (1e30, 2, "1e+30"),
            (f64::NAN, 2, "NaN"),
            (3.0, 3, "3.000"),
        ] {
            assert_eq!(to_fixed(number, digits), text, "{number} {digits}");
        }
        for (number, digits, text) in [
            (1234.5678, 2, "1.2e+3"),
            (1234.5678, 6, "1234.57"),
            (1234.5678, 4, "1235"),
            (0.000_012_34, 2, "0.000012"),
            (0.000_000_123_4, 2, "1.2e-7"),
            (0.0, 3, "0.00"),
            (99.99, 3, "100"),
            (1.0, 5, "1.0000"),
        ] {
            assert_eq!(to_precision(number, digits), text, "{number} {digits}");
        }
        assert_eq!(to_exponential(1234.5678, Some(2)), "1.23e+3");
        assert_eq!(to_exponential(1234.5678, None), "1.2345678e+3");
        assert_eq!(to_exponential(0.0, None), "0e+0");
    }

    #[test]
    fn numbers_are_written_in_another_radix() {
        for (number, radix, text) in [
            (255.0, 16, "ff"),
            (-255.0, 2, "-11111111"),
            (0.5, 2, "0.1"),
            (0.1, 3, "0.0022002200220022002200220022002201"),
            (0.0, 36, "0"),
            (1e21, 10, "1e+21"),
        ] {
            assert_eq!(to_radix(number, radix), text);
        }
    }

    #[test]
    fn texts_are_read_as_numbers() {
        for (text, number) in [
            ("", 0.0),
            (" 12 ", 12.0),
            ("0x1F", 31.0),
            ("0b11", 3.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(from_text(text), number, "{text}");
        }
        for text in ["12px", "1_0", ".", "0x", "--1", "é", "1e", "inf", "nan"] {
            assert!(from_text(text).is_nan(), "{text}");
        }
        assert_eq!(parse_float("3.7abc"), 3.7);
        assert_eq!(parse_float("-.5e-2x"), -0.005);
        assert_eq!(parse_float("1e"), 1.0);
        assert!(parse_float("abc").is_nan());
        assert_eq!(parse_int("-12px", 10.0), -12.0);
        assert_eq!(parse_int("ff", 16.0), 255.0);
        assert_eq!(parse_int("0x1f", 0.0), 31.0);
        assert_eq!(parse_int("0x1f", 10.0), 0.0);
        assert!(parse_int("9", 8.0).is_nan() && parse_int("1", 40.0).is_nan());
    }
}
