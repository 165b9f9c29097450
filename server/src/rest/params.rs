//! The parameters of an address, checked as the description of its path says.

use model::{Error, Result};
use std::borrow::Cow;

/// The parameters of an address.
pub struct Params<'q>(Vec<(Cow<'q, str>, Cow<'q, str>)>);

impl<'q> Params<'q> {
    /// Reads the part of an address behind the question mark; only these names may occur.
    pub fn read(query: &'q str, known: &[&str]) -> Result<Params<'q>> {
        let mut pairs = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let name = without_brackets(name);
            if !known.contains(&&*name) {
                return Err(Error::invalid(format!("Unknown query parameter '{name}'")));
            }
            pairs.push((name, value));
        }
        Ok(Params(pairs))
    }

    /// Every value of a parameter that may be given several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.values(name).map(str::to_owned).collect()
    }

    /// A value that may be given once and not be empty.
    pub fn one(&self, name: &str) -> Result<Option<&str>> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (Some(""), _) => {
                Err(Error::invalid(format!("Empty value found for query parameter '{name}'")))
            }
            (Some(_), Some(_)) => {
                Err(Error::invalid(format!("request/query/{name} must be given once")))
            }
            (value, _) => Ok(value),
        }
    }

    /// A whole number that is not negative.
    pub fn number(&self, name: &str) -> Result<Option<usize>> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        match text.trim().parse::<i64>() {
            Ok(number) => usize::try_from(number)
                .map(Some)
                .map_err(|_| Error::invalid(format!("request/query/{name} must be >= 0"))),
            Err(_) => Err(Error::invalid(format!("request/query/{name} must be integer"))),
        }
    }

    /// One of a few words.
    pub fn choice(&self, name: &str, allowed: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        match allowed.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(Error::invalid(format!(
                "request/query/{name} must be equal to one of the allowed values: {}",
                allowed.join(", ")
            ))),
        }
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::invalid(format!("request/query/{name} must be boolean"))),
        }
    }

    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }
}

/// `filter[]=…` and `filter[0]=…` are ways to write a list.
fn without_brackets(name: Cow<'_, str>) -> Cow<'_, str> {
    let start = name.strip_suffix(']').and_then(|rest| {
        let (start, inside) = rest.split_once('[')?;
        inside.bytes().all(|byte| byte.is_ascii_digit()).then(|| start.to_owned())
    });
    start.map_or(name, Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_what_the_description_says() {
        let params = Params::read("a=1&a[]=2&a[7]=x+y&n=5&e=", &["a", "n", "e"]).expect("read");
        assert_eq!(params.all("a"), ["1", "2", "x y"]);
        assert_eq!(params.number("n").expect("a number"), Some(5));
        let text = |error: Error| error.to_string();
        assert_eq!(
            text(params.one("e").expect_err("empty")),
            "Empty value found for query parameter 'e'"
        );
        assert!(params.one("a").is_err());
        let bad = |query: &'static str| Params::read(query, &["n"]).and_then(|it| it.number("n"));
        assert_eq!(text(bad("n=-1").expect_err("below")), "request/query/n must be >= 0");
        assert_eq!(text(bad("n=x").expect_err("a word")), "request/query/n must be integer");
        assert_eq!(text(bad("x=1").expect_err("unknown")), "Unknown query parameter 'x'");
        assert!(bad("n[a]=1").is_err());
    }
}
