//! A catalog of any size: of 1,000 entities 700 components, 150 APIs, 50 systems, 30 groups and 70
//! users. The same count always makes the same files.

use std::fmt::Write as _;
use std::path::Path;

const TYPES: [&str; 5] = ["service", "website", "library", "job", "data-pipeline"];
const LIFECYCLES: [&str; 5] =
    ["production", "production", "production", "experimental", "deprecated"];
const LANGUAGES: [&str; 6] = ["java", "go", "python", "typescript", "rust", "kotlin"];
const WORDS: [&str; 16] = [
    "billing", "ledger", "invoice", "payment", "order", "cart", "search", "index", "session",
    "gateway", "queue", "stream", "report", "metric", "deploy", "release",
];
/// Documents of one file.
const CHUNK: usize = 1000;

/// Writes the files and `all.yaml`, a Location that names them.
pub(crate) fn write(count: usize, out: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(out)?;
    let mut all = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: generated-{count}\n\
         spec:\n  type: file\n  targets:\n"
    );
    for (number, documents) in documents(count).chunks(CHUNK).enumerate() {
        let name = format!("entities-{number:03}.yaml");
        std::fs::write(out.join(&name), documents.join("---\n"))?;
        let _ = writeln!(all, "    - ./{name}");
    }
    std::fs::write(out.join("all.yaml"), all)
}

/// A xorshift generator: reproducible, and good enough to spread values.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

fn documents(count: usize) -> Vec<String> {
    let mut dice = Dice(20_261_121);
    let [apis, systems, groups, users] =
        [15, 5, 3, 7].map(|percent| (count * percent / 100).max(1));
    let components = count.saturating_sub(apis + systems + groups + users);
    let head = "apiVersion: backstage.io/v1alpha1\nkind:";
    let mut all = Vec::with_capacity(count);
    for i in 0..groups {
        let parent = match i {
            0 => String::new(),
            _ => format!("\n  parent: team-{:04}", (i - 1) / 4),
        };
        all.push(format!(
            "{head} Group\nmetadata:\n  name: team-{i:04}\n  description: Team number {i}\nspec:\n  \
             type: team\n  profile:\n    displayName: Team {i}\n    email: team-{i:04}@example.test\
             {parent}\n  children: []\n"
        ));
    }
    for i in 0..users {
        all.push(format!(
            "{head} User\nmetadata:\n  name: user-{i:05}\nspec:\n  profile:\n    displayName: User \
             Number {i}\n    email: user-{i:05}@example.test\n  memberOf: [team-{:04}]\n",
            i % groups
        ));
    }
    for i in 0..systems {
        all.push(format!(
            "{head} System\nmetadata:\n  name: system-{i:04}\n  description: System of {} and {}\n\
             spec:\n  owner: group:default/team-{:04}\n",
            dice.of(&WORDS),
            dice.of(&WORDS),
            dice.below(groups)
        ));
    }
    for i in 0..apis {
        let word = dice.of(&WORDS);
        all.push(format!(
            "{head} API\nmetadata:\n  name: api-{i:05}\n  description: The {word} API\n  tags: [{}, \
             rest]\nspec:\n  type: openapi\n  lifecycle: {}\n  owner: group:default/team-{:04}\n  \
             system: system-{:04}\n  definition: |\n    openapi: 3.0.0\n    info: {{ title: \
             api-{i:05}, version: 1.0.0 }}\n    paths:\n      /{word}:\n        get:\n          \
             summary: List {word}\n          responses: {{ '200': {{ description: OK }} }}\n      \
             /{word}/{{id}}:\n        get:\n          summary: Get one {word}\n          \
             parameters: [{{ name: id, in: path, required: true, schema: {{ type: string }} }}]\n\
             \x20         responses: {{ '200': {{ description: OK }} }}\n",
            dice.of(&LANGUAGES),
            dice.of(&LIFECYCLES),
            dice.below(groups),
            dice.below(systems)
        ));
    }
    for i in 0..components {
        let wanted = if i % 20 == 7 { " foo" } else { "" };
        let depends: Vec<String> = (0..dice.below(3))
            .map(|_| format!("component:svc-{:05}", dice.below(components)))
            .collect();
        all.push(format!(
            "{head} Component\nmetadata:\n  name: svc-{i:05}\n  title: {} {i}{wanted}\n  description: \
             Handles {} {} for {}{wanted}\n  labels:\n    example.test/tier: \"{}\"\n  annotations:\n    \
             example.test/runbook: https://runbooks.example.test/svc-{i:05}\n    \
             example.test/pager: \"{}\"\n  tags: [{}, {}]\n  links:\n    - url: \
             https://dash.example.test/svc-{i:05}\n      title: Dashboard\n      icon: dashboard\n\
             spec:\n  type: {}\n  lifecycle: {}\n  owner: group:default/team-{:04}\n  system: \
             system-{:04}\n  providesApis: [api-{:05}]\n  consumesApis: [api-{:05}]\n  dependsOn: \
             [{}]\n",
            dice.of(&WORDS),
            dice.of(&WORDS),
            dice.of(&WORDS),
            dice.of(&WORDS),
            dice.below(4),
            dice.below(1_000_000),
            dice.of(&LANGUAGES),
            dice.of(&WORDS),
            TYPES[i % TYPES.len()],
            dice.of(&LIFECYCLES),
            dice.below(groups),
            dice.below(systems),
            dice.below(apis),
            dice.below(apis),
            depends.join(", ")
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_as_described_and_repeats() {
        let all = documents(1000);
        let count = |kind: &str| all.iter().filter(|text| text.contains(kind)).count();
        assert_eq!(all.len(), 1000);
        assert_eq!(count("kind: Component\n"), 700);
        assert_eq!(count("kind: API\n"), 150);
        assert_eq!(count("name: svc-00042\n"), 1);
        assert_eq!(all, documents(1000));
    }
}
