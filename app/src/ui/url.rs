//! Addresses that keep a page's state: filters, pages, sorting.

use leptos_router::params::ParamsMap;

/// The path with this query, without empty values.
pub fn query_url(path: &str, query: &ParamsMap) -> String {
    let mut filled = ParamsMap::new();
    for (key, value) in query.clone() {
        if !value.is_empty() {
            filled.insert(key, value);
        }
    }
    format!("{path}{}", filled.to_query_string())
}

/// The same page with `key=value` added, or taken away when it is there already.
/// The page number starts again, since the list is another one.
pub fn toggle_in_query(path: &str, query: &ParamsMap, key: &'static str, value: &str) -> String {
    let values = query.get_all(key).unwrap_or_default();
    let mut next = without(query, &[key, "page"]);
    let was_there = values.iter().any(|other| other == value);
    for other in values.into_iter().filter(|other| other != value) {
        next.insert(key, other);
    }
    if !was_there {
        next.insert(key, value.to_owned());
    }
    query_url(path, &next)
}

/// The same page without these keys.
pub fn without_in_query(path: &str, query: &ParamsMap, keys: &[&str]) -> String {
    query_url(path, &without(query, keys))
}

fn without(query: &ParamsMap, keys: &[&str]) -> ParamsMap {
    let mut next = ParamsMap::new();
    for (key, value) in query.clone() {
        if !keys.contains(&key.as_ref()) {
            next.insert(key, value);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&'static str, &str)]) -> ParamsMap {
        pairs.iter().map(|(key, value)| (*key, (*value).to_owned())).collect()
    }

    #[test]
    fn adds_and_takes_away_one_value() {
        let now = query(&[("kind", "api"), ("page", "3")]);
        assert_eq!(
            toggle_in_query("/catalog", &now, "kind", "component"),
            "/catalog?kind=api&kind=component"
        );
        assert_eq!(toggle_in_query("/catalog", &now, "kind", "api"), "/catalog");
    }

    #[test]
    fn leaves_empty_values_out() {
        assert_eq!(
            query_url("/catalog", &query(&[("q", ""), ("kind", "api")])),
            "/catalog?kind=api"
        );
        assert_eq!(without_in_query("/catalog", &query(&[("q", "a b")]), &["q"]), "/catalog");
    }

    #[test]
    fn escapes_what_people_type() {
        assert_eq!(query_url("/x", &query(&[("q", "a&b=c d")])), "/x?q=a%26b%3Dc%20d");
    }
}
