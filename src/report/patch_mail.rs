//! A patch as `git format-patch` writes it and `git am` takes it.

use std::io::{self, Write};

use crate::base::ConversionMode;
use crate::plan::FrontierSide;
use crate::report::plan_view::{FunctionPlace, NoteView, UnitView, calls_text};
use crate::report::summary::counted;

/// One patch of a series.
pub struct PatchMail<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// Who made it: `Name <address>`.
    pub author: &'a str,
    /// When, as mail says it.
    pub date: &'a str,
    /// The shape of the result.
    pub mode: ConversionMode,
    /// What it changes; nothing when it only adds files.
    pub units: &'a [&'a UnitView],
    /// Paths of files that it adds, as shown.
    pub added: &'a [&'a str],
    /// What somebody should look at in it.
    pub notes: &'a [NoteView],
    /// The change.
    pub diff: &'a [u8],
}

/// A subject is no longer than this where it can be helped.
const SUBJECT: usize = 72;
/// A file name without its number is no longer than this.
const FILE_NAME: usize = 52;
/// So many functions of a kind are listed.
const LISTED: usize = 100;

/// Writes a patch.
pub fn write_patch_mail(out: &mut dyn Write, mail: &PatchMail<'_>) -> io::Result<()> {
    // The date in the first line is the same in all patches: mail programs know them by it.
    writeln!(out, "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001")?;
    writeln!(out, "From: {}", encoded(mail.author))?;
    writeln!(out, "Date: {}", mail.date)?;
    let width = mail.total.to_string().len();
    writeln!(
        out,
        "Subject: [PATCH {:0width$}/{}] {}",
        mail.number,
        mail.total,
        encoded(&subject(mail.units, mail.added))
    )?;
    writeln!(
        out,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit"
    )?;
    writeln!(out)?;
    write_body(out, mail)?;
    writeln!(out, "---\n")?;
    out.write_all(mail.diff)?;
    writeln!(out, "-- \nasyncshift {}\n", env!("CARGO_PKG_VERSION"))
}

/// The name of the file that holds a patch.
pub fn patch_file_name(number: usize, units: &[&UnitView], added: &[&str]) -> String {
    let subject = subject(units, added);
    let letters = subject.chars().map(|letter| if is_plain(letter) { letter } else { '-' });
    let mut name = String::new();
    for letter in letters {
        if letter != '-' || !name.ends_with('-') {
            name.push(letter);
        }
    }
    name.truncate(FILE_NAME);
    format!("{number:04}-{}.patch", name.trim_matches(['-', '.']))
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '.' || letter == '_'
}

/// What a patch does, in one line.
fn subject(units: &[&UnitView], added: &[&str]) -> String {
    if units.is_empty() {
        let all = format!("Add {}", added.join(", "));
        let is_short = all.len() <= SUBJECT || added.len() == 1;
        return if is_short { all } else { format!("Add {}", counted(added.len(), "helper module")) };
    }
    let converted: Vec<&FunctionPlace> = units.iter().flat_map(|unit| &unit.converted).collect();
    let edited: Vec<&FunctionPlace> = units.iter().flat_map(|unit| &unit.edited).collect();
    let (verb, end, functions) =
        if converted.is_empty() { ("Change ", "", edited) } else { ("Convert ", " to async", converted) };
    let names: Vec<&str> = functions.iter().map(|function| function.name.as_str()).collect();
    let all = format!("{verb}{}{end}", names.join(", "));
    if all.len() <= SUBJECT || names.len() == 1 {
        return all;
    }
    let path = functions[0].path.as_str();
    let is_one_file = functions.iter().all(|function| function.path == path);
    let of = if is_one_file { format!(" of {path}") } else { String::new() };
    format!("{verb}{}{of}{end}", counted(names.len(), "function"))
}

fn write_body(out: &mut dyn Write, mail: &PatchMail<'_>) -> io::Result<()> {
    if mail.units.is_empty() {
        let files: Vec<String> = mail.added.iter().map(|&path| path.to_owned()).collect();
        write_list(out, "Converted code imports:", &files)?;
    }
    let all = |of: fn(&UnitView) -> &Vec<FunctionPlace>| -> Vec<String> {
        mail.units.iter().flat_map(|unit| of(unit)).map(shown).collect()
    };
    let becomes = match mail.mode {
        ConversionMode::Wrapper => "Becomes async, and stays callable under its old name:",
        ConversionMode::InPlace => "Becomes async under its name:",
        ConversionMode::Twin => "Gets an async twin:",
    };
    write_list(out, becomes, &all(|unit| &unit.converted))?;
    write_list(out, "Changes as well:", &all(|unit| &unit.edited))?;
    let sum = |of: fn(&UnitView) -> usize| mail.units.iter().map(|unit| of(unit)).sum();
    let calls = calls_text(sum(|unit| unit.awaits), sum(|unit| unit.replaced), sum(|unit| unit.offloads));
    if !calls.is_empty() {
        writeln!(out, "{calls}.\n")?;
    }
    let mut stays: Vec<String> = mail
        .units
        .iter()
        .flat_map(|unit| &unit.frontier)
        .map(|frontier| {
            let does = match frontier.side {
                FrontierSide::Caller => "calls the old name",
                FrontierSide::Callee => "is called as before",
            };
            format!("{}: {does}, kept: {}", shown(&frontier.function), frontier.reason)
        })
        .collect();
    stays.sort();
    stays.dedup();
    write_list(out, "Stays as it is:", &stays)?;
    let notes: Vec<String> =
        mail.notes.iter().map(|note| format!("{}:{}: {}", note.path, note.line, note.look)).collect();
    write_list(out, "To look at:", &notes)
}

fn write_list(out: &mut dyn Write, heading: &str, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{heading}\n")?;
    for line in lines.iter().take(LISTED) {
        writeln!(out, "  {line}")?;
    }
    if lines.len() > LISTED {
        writeln!(out, "  and {} more", lines.len() - LISTED)?;
    }
    writeln!(out)
}

fn shown(function: &FunctionPlace) -> String {
    format!("{} ({}:{})", function.name, function.path, function.line)
}

/// A header's text, encoded as RFC 2047 says where it is not ASCII; an address stays as it is.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let (name, address) = match text.rsplit_once(" <") {
        Some((name, address)) => (name, format!(" <{address}")),
        None => (text, String::new()),
    };
    // An encoded word has at most 75 characters.
    let mut words: Vec<String> = Vec::new();
    for character in name.chars() {
        let mut bytes = [0; 4];
        let utf8 = character.encode_utf8(&mut bytes).bytes();
        let code = match character {
            ' ' => "_".to_owned(),
            letter if letter.is_ascii_alphanumeric() => letter.to_string(),
            _ => utf8.fold(String::new(), |code, byte| format!("{code}={byte:02X}")),
        };
        match words.last_mut() {
            Some(word) if word.len() + code.len() <= 60 => word.push_str(&code),
            Some(_) | None => words.push(code),
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?UTF-8?q?{word}?=")).collect();
    format!("{}{address}", words.join("\n "))
}

#[cfg(test)]
mod tests {
    use crate::base::ConversionMode;
    use crate::plan::{FrontierSide, KeepReason};
    use crate::report::plan_view::{FrontierView, FunctionPlace, UnitView};
    use crate::report::{PatchMail, patch_file_name, write_patch_mail};

    fn place(name: &str, path: &str, line: u32) -> FunctionPlace {
        FunctionPlace { name: name.to_owned(), path: path.to_owned(), line }
    }

    #[test]
    fn a_patch_says_what_it_does() {
        let unit = UnitView {
            converted: vec![place("store.load", "store.py", 4)],
            awaits: 1,
            offloads: 2,
            frontier: vec![FrontierView {
                side: FrontierSide::Caller,
                function: place("app.main", "app.py", 3),
                reason: KeepReason::Decorated,
            }],
            ..UnitView::default()
        };
        let mut out = Vec::new();
        let mail = PatchMail {
            number: 3,
            total: 12,
            mode: ConversionMode::Wrapper,
            author: "Zoë <z@example.org>",
            date: "Thu, 1 Jan 2026 00:00:00 +0000",
            units: &[&unit],
            added: &[],
            notes: &[],
            diff: b"diff\n",
        };
        write_patch_mail(&mut out, &mail).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let expected = "\
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: =?UTF-8?q?Zo=C3=AB?= <z@example.org>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH 03/12] Convert store.load to async
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Becomes async, and stays callable under its old name:

  store.load (store.py:4)

1 call awaited, 2 offloaded.

Stays as it is:

  app.main (app.py:3): calls the old name, kept: decorated

---

diff
-- 
asyncshift VERSION

";
        assert_eq!(String::from_utf8(out).unwrap(), expected.replace("VERSION", version));
        assert_eq!(patch_file_name(3, &[&unit], &[]), "0003-Convert-store.load-to-async.patch");
        assert_eq!(patch_file_name(1, &[], &["pkg/_x.py"]), "0001-Add-pkg-_x.py.patch");
    }
}
