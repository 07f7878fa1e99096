//! What terminals send, whole, cut, and made up.

use super::*;
use proptest::prelude::*;

fn typed(bytes: &[u8]) -> Vec<Input> {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(bytes, &mut events);
    parser.pause(&mut events);
    events
}

fn ctrl(letter: char) -> Input {
    key(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

fn letter(letter: char) -> Input {
    plain(KeyCode::Char(letter))
}

#[test]
fn letters_controls_and_characters_beyond_ascii() {
    assert_eq!(
        typed("qG?ü北\r\t\x7f\x03\x1a".as_bytes()),
        [
            letter('q'),
            letter('G'),
            letter('?'),
            letter('ü'),
            letter('北'),
            plain(KeyCode::Enter),
            plain(KeyCode::Tab),
            plain(KeyCode::Backspace),
            ctrl('c'),
            ctrl('z'),
        ]
    );
}

#[test]
fn arrows_pages_and_function_keys_of_several_terminals() {
    for (bytes, code) in [
        (&b"\x1b[A"[..], KeyCode::Up),
        (b"\x1bOB", KeyCode::Down),
        (b"\x1b[5~", KeyCode::PageUp),
        (b"\x1b[6~", KeyCode::PageDown),
        (b"\x1b[H", KeyCode::Home),
        (b"\x1b[1~", KeyCode::Home),
        (b"\x1bOF", KeyCode::End),
        (b"\x1bOP", KeyCode::F(1)),
        (b"\x1b[11~", KeyCode::F(1)),
        (b"\x1b[[A", KeyCode::F(1)),
        (b"\x1b[24~", KeyCode::F(12)),
        (b"\x1b[Z", KeyCode::BackTab),
        (b"\x1b", KeyCode::Esc),
    ] {
        assert_eq!(typed(bytes), [plain(code)], "{bytes:?}");
    }
    assert_eq!(
        typed(b"\x1b[1;5C"),
        [key(KeyCode::Right, KeyModifiers::CONTROL)]
    );
    assert_eq!(
        typed(b"\x1bx"),
        [key(KeyCode::Char('x'), KeyModifiers::ALT)]
    );
    assert_eq!(
        typed(b"\x1b\x1b[A"),
        [plain(KeyCode::Esc), plain(KeyCode::Up)]
    );
}

#[test]
fn a_paste_is_one_event_and_a_huge_one_is_cut() {
    assert_eq!(
        typed(b"\x1b[200~rm -rf\nquit\x1b[201~j"),
        [Input::Paste("rm -rf\nquit".to_owned()), letter('j')]
    );
    let huge = [
        b"\x1b[200~".to_vec(),
        vec![b'q'; 100_000],
        PASTE_END.to_vec(),
    ]
    .concat();
    let events = typed(&huge);
    assert_eq!(events, [Input::Paste("q".repeat(PASTE_MOST))]);
}

#[test]
fn the_mouse_counts_from_zero_and_other_buttons_are_nothing() {
    let mouse = |kind, column, row| Input::Mouse(Mouse { kind, column, row });
    assert_eq!(
        typed(b"\x1b[<0;11;6M\x1b[<32;12;6M\x1b[<0;12;6m"),
        [
            mouse(MouseKind::Press, 10, 5),
            mouse(MouseKind::Drag, 11, 5),
            mouse(MouseKind::Release, 11, 5)
        ]
    );
    assert_eq!(
        typed(b"\x1b[<64;1;1M\x1b[<65;3;1M"),
        [
            mouse(MouseKind::Wheel(-3), 0, 0),
            mouse(MouseKind::Wheel(3), 2, 0)
        ]
    );
    assert_eq!(typed(b"\x1b[<0;0;0M\x1b[<2;5;5M\x1b[<M"), []);
}

#[test]
fn noise_makes_no_keys_and_is_soon_over() {
    assert_eq!(typed(b"\xff\xc3(\x80\x1b[999;999X"), [letter('(')]);
    let endless = [b"\x1b[".to_vec(), vec![b'1'; 10_000], b"j".to_vec()].concat();
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(&endless, &mut events);
    assert!(parser.pending.len() <= SEQUENCE_MOST);
}

proptest! {
    #[test]
    fn a_cut_anywhere_changes_nothing(cut in 0_usize..60) {
        let bytes = "jü\x1b[A\x1b[200~a\u{1b}[20b\x1b[201~\x1b[<0;3;4M\x1bOP北k".as_bytes();
        let cut = cut.min(bytes.len());
        let (mut parser, mut events) = (Parser::default(), Vec::new());
        parser.feed(&bytes[..cut], &mut events);
        parser.feed(&bytes[cut..], &mut events);
        prop_assert_eq!(events, typed(bytes));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        typed(&bytes);
    }
}

#[test]
fn a_line_end_is_enter_however_it_is_sent() {
    let enter = Input::Key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    let enter = [enter];
    assert_eq!(typed(b"\r"), enter);
    assert_eq!(typed(b"\n"), enter);
}
