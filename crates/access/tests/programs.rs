//! Tokens of programs, and who has to wait: through the public door.

use access::{Principal, StaticToken, Throttle, Tokens};
use std::net::IpAddr;
use std::time::Duration;

#[test]
fn a_token_that_is_taken_from_the_configuration_opens_nothing() {
    let tokens = |all: &[(&str, &str)]| {
        Tokens::new(all.iter().map(|(token, name)| StaticToken::new(token, *name)).collect())
    };
    let before = tokens(&[("first-token", "ci"), ("second-token", "backup")]);
    let service = |subject: &str| Some(Principal::Service { subject: subject.to_owned() });
    assert_eq!(before.find("first-token"), service("ci"));
    assert_eq!(before.find("second-token"), service("backup"));
    let after = tokens(&[("second-token", "backup")]);
    assert_eq!(after.find("first-token"), None);
    assert_eq!(after.find("second-token"), service("backup"));
    assert_eq!(tokens(&[]).find(""), None);
}

#[tokio::test]
async fn who_tries_too_often_waits_and_may_try_again_afterwards() {
    let throttle = Throttle::new(2, Duration::from_millis(300));
    let address: IpAddr = "192.0.2.1".parse().expect("an address");
    for _ in 0..2 {
        assert_eq!(throttle.wait(address, "jane"), None);
        throttle.wrong(address, "jane");
    }
    let wait = throttle.wait(address, "jane").expect("a time to wait");
    assert_eq!(throttle.wait(address, "john"), None, "another account");
    tokio::time::sleep(wait).await;
    assert_eq!(throttle.wait(address, "jane"), None);
}
