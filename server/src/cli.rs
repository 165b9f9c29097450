//! The command line.

use crate::check;
use crate::config::Config;
use crate::serve::{self, ServeOptions};
use crate::tools::{self, EvalAs, Format};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads the arguments and does what they say.
pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are answers, not mistakes.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let outcome = match matches.subcommand() {
        Some(("serve", arguments)) => run(serve::serve(serve_options(arguments))).map(|()| true),
        Some(("check", arguments)) => check_configuration(arguments),
        Some(("catalog", matches)) => match matches.subcommand() {
            Some(("validate", arguments)) => validate(arguments),
            _ => Ok(true),
        },
        Some(("template", matches)) => match matches.subcommand() {
            Some(("check", arguments)) => {
                tools::template_check(&files(arguments), format(arguments)).map_err(broken_pipe)
            }
            Some(("eval", arguments)) => {
                let how = match arguments.get_one::<String>("as").map(String::as_str) {
                    Some("text") => EvalAs::Text,
                    _ => EvalAs::Value,
                };
                let hosts = hosts(arguments);
                tools::template_eval(how, &hosts).map(|()| true).map_err(broken_pipe)
            }
            _ => Ok(true),
        },
        Some(("config", _)) => {
            print!("{}", Config::documentation());
            Ok(true)
        }
        _ => {
            println!("callboard {}", env!("CARGO_PKG_VERSION"));
            Ok(true)
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("callboard: {message}");
            ExitCode::FAILURE
        }
    }
}

fn validate(arguments: &ArgMatches) -> Result<bool, String> {
    let kinds = match arguments.get_one::<PathBuf>("kinds") {
        Some(file) => tools::kinds(file)?,
        None => catalog::KindSet::default(),
    };
    tools::validate(&files(arguments), format(arguments), &kinds).map_err(broken_pipe)
}

fn check_configuration(arguments: &ArgMatches) -> Result<bool, String> {
    let path = arguments.get_one::<PathBuf>("config").map(PathBuf::as_path);
    let data = arguments.get_one::<PathBuf>("data").cloned();
    let config = Config::load(path, crate::config::env)
        .map_err(|errors| format!("the configuration cannot be used:\n{errors}"))?;
    let data = data.unwrap_or_else(|| PathBuf::from("data"));
    run(check::check(&config, &data))
}

fn files(arguments: &ArgMatches) -> Vec<PathBuf> {
    arguments.get_many::<PathBuf>("file").into_iter().flatten().cloned().collect()
}

fn format(arguments: &ArgMatches) -> Format {
    match arguments.get_one::<String>("format").map(String::as_str) {
        Some("json") => Format::Json,
        _ => Format::Text,
    }
}

/// `--host git.example.com=gitea`, on top of the well-known ones.
fn hosts(arguments: &ArgMatches) -> Vec<(String, String)> {
    const KNOWN: [(&str, &str); 4] = [
        ("github.com", "github"),
        ("gitlab.com", "gitlab"),
        ("bitbucket.org", "bitbucketCloud"),
        ("dev.azure.com", "azure"),
    ];
    let given = arguments.get_many::<String>("host").into_iter().flatten();
    let given = given.filter_map(|pair| pair.split_once('='));
    KNOWN.into_iter().chain(given).map(|(host, kind)| (host.to_owned(), kind.to_owned())).collect()
}

/// Somebody who reads only the first lines is no mistake, but there is nothing more to do.
fn broken_pipe(error: std::io::Error) -> String {
    format!("The result cannot be written: {error}")
}

fn command() -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Configuration in YAML; the embedded defaults when left out");
    let data = Arg::new("data")
        .long("data")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Folder for databases, checkouts and workspaces [default: data]");
    let format = Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("Lines for people, or one JSON object a line");
    let file = Arg::new("file")
        .value_name("FILE")
        .num_args(1..)
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("Files to check");
    Command::new("callboard")
        .about("A developer portal: what is running, who owns it and what to do next")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("serve")
                .about("Starts the portal")
                .arg(config.clone())
                .arg(
                    Arg::new("listen")
                        .long("listen")
                        .value_name("ADDR")
                        .value_parser(value_parser!(SocketAddr))
                        .help("Address and port, such as 127.0.0.1:3000"),
                )
                .arg(data.clone())
                .arg(
                    Arg::new("demo")
                        .long("demo")
                        .action(ArgAction::SetTrue)
                        .help("Adds demo content and demo sign-in; on this machine only"),
                )
                .arg(
                    Arg::new("repo")
                        .long("repo")
                        .value_name("PATH")
                        .help("Repository whose activity the dashboard shows"),
                )
                .arg(
                    Arg::new("site")
                        .long("site")
                        .value_name("DIR")
                        .value_parser(value_parser!(PathBuf))
                        .help("Reads the site's files from a folder and reloads pages when they change"),
                ),
        )
        .subcommand(
            Command::new("check")
                .about("Reads the configuration, tries each connection, prints what is wrong")
                .arg(config.clone())
                .arg(data.clone()),
        )
        .subcommand(
            Command::new("catalog")
                .about("For people who write descriptors")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(
                    Command::new("validate")
                        .about("Checks the documents of descriptor files")
                        .arg(
                            Arg::new("kinds")
                                .long("kinds")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help("Kinds beside the built-in ones, as REST gives them"),
                        )
                        .arg(format.clone())
                        .arg(file.clone()),
                ),
        )
        .subcommand(
            Command::new("template")
                .about("For people who write templates")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(
                    Command::new("check")
                        .about("Checks templates without running them")
                        .arg(format)
                        .arg(file),
                )
                .subcommand(
                    Command::new("eval")
                        .about("Evaluates expressions: JSON lines on standard input and output")
                        .arg(
                            Arg::new("as")
                                .long("as")
                                .value_name("HOW")
                                .value_parser(["value", "text"])
                                .default_value("value")
                                .help("As in a step's input, or as in a file's text"),
                        )
                        .arg(
                            Arg::new("host")
                                .long("host")
                                .value_name("HOST=KIND")
                                .action(ArgAction::Append)
                                .help("A host parseRepoUrl knows, such as git.example.com=gitea"),
                        ),
                ),
        )
        .subcommand(
            Command::new("config").about("Prints every setting with its meaning, as Markdown"),
        )
        .subcommand(Command::new("version").about("Prints the version"))
}

fn serve_options(arguments: &ArgMatches) -> ServeOptions {
    ServeOptions {
        config: arguments.get_one::<PathBuf>("config").cloned(),
        listen: arguments.get_one::<SocketAddr>("listen").copied(),
        data: arguments.get_one::<PathBuf>("data").cloned(),
        demo: arguments.get_flag("demo"),
        repo: arguments.get_one::<String>("repo").cloned(),
        site: arguments.get_one::<PathBuf>("site").cloned(),
    }
}

fn run<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("The program cannot start its threads: {error}"))?
        .block_on(work)
}
