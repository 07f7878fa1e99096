//! What can happen to the screen, and what the screen can ask of its loop.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::{
    files::{FileDone, FileWork},
    keymap::lookup::Keymap,
    palette::order::Submission,
    ui::Leaving,
};
use crate::model::{ids::VehicleId, modes::ModeBook, snapshot::Snapshot};

/// What happened to the screen.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key.
    Key(KeyEvent),
    /// Pasted text.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// The mouse did something over a cell.
    Mouse(Mouse),
    /// A new moment.
    Snapshot(Arc<Snapshot>),
    /// A command was handed to the fleet; its reports carry this ticket.
    Submitted(Box<Submission>, u64),
    /// A file was read or written, or not.
    Filed(Box<FileDone>),
    /// Something that was asked for has an answer, or cannot be done.
    Told(String),
    /// A frame that shows all of this was drawn.
    Drawn,
    /// The frame drawn last has left for the terminal.
    Left,
    /// A second passed.
    Tick,
    /// Nothing more will come.
    Closed,
}

/// What the mouse did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub kind: MouseKind,
    /// Column of the cell, from 0 at the left.
    pub column: u16,
    /// Row of the cell, from 0 at the top.
    pub row: u16,
}

/// The left button and the wheel; whatever else a mouse has is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// It moved to another cell while it was down.
    Drag,
    /// It went up.
    Release,
    /// The wheel turned: rows down, negative is up.
    Wheel(i8),
}

/// What the loop must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Leave for good.
    Quit,
    /// Stop and give the terminal to the shell.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Give a text to the terminal's clipboard.
    Copy(String),
    /// Hand to the fleet what commands or changes vehicles: the only effect that does.
    Submit(Box<Submission>),
    /// Ask vehicles what they hold, which changes nothing aboard.
    Read(Box<Submission>),
    /// Have transfers of these requests broken off.
    Cancel(Vec<u64>),
    /// Read or write files.
    Files(Box<FileWork>),
    /// No more of the command with this ticket, where it is still under way.
    Abort(u64),
    /// Have the station read its file again.
    Reload,
    /// Have the fleet share thin links with these vehicles first: the operator looks at them.
    Focus(Vec<VehicleId>),
}

/// What the reducer knows beside the state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The keys.
    pub keymap: &'a Keymap,
    /// Now, Unix ms of station time.
    pub now_ms: i64,
    /// Whether this station transmits at all; if not nobody would miss it.
    pub is_transmitting: bool,
    /// What each firmware calls its modes.
    pub modes: &'a dyn ModeBook,
}

impl From<Leaving> for Effect {
    fn from(what: Leaving) -> Self {
        match what {
            Leaving::Quit => Self::Quit,
            Leaving::Suspend => Self::Suspend,
        }
    }
}
