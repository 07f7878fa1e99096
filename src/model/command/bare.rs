//! Commands that come as a MAV_CMD with its numbers: `long` and `int`, and what can be wrong with them.

use serde_json::Value;

use super::{
    Command,
    parse::{CommandMistake, HIGHEST_M, INT, LONG, LOWEST_M, Params},
};
use crate::model::{
    mission::{FRAMES, Frame},
    mission_command,
    suggest::nearest,
};

/// "As it is" where a number of 32 bits is wanted.
const UNCHANGED: i32 = i32::MAX;
const MOST: f64 = 1e9;

impl Params<'_> {
    pub(super) fn long(&self) -> Result<Command, CommandMistake> {
        let command = self.mav_cmd()?;
        let mut params = [0.0; 7];
        for (place, key) in params.iter_mut().zip(&LONG[1..]) {
            *place = self.float(key)?;
        }
        let [.., lat, lon, alt] = params;
        let is_out = lat.abs() > 90.0 || lon.abs() > 180.0;
        if mission_command::has_place(command) && is_out {
            return Err(self.mistake(&format!(
                "needs param5 and param6 in degrees, from -90 to 90 and from -180 to 180, not {lat} and {lon}"
            )));
        }
        self.altitude(command, "param7", alt)?;
        Ok(Command::Long { command, params })
    }

    pub(super) fn int(&self) -> Result<Command, CommandMistake> {
        let command = self.mav_cmd()?;
        let mut params = [0.0; 4];
        for (place, key) in params.iter_mut().zip(&INT[2..6]) {
            *place = self.float(key)?;
        }
        let z = self.float("z")?;
        let by_degrees = self.given.contains_key("lat_deg") || self.given.contains_key("lon_deg");
        let (x, y) = if by_degrees {
            self.degrees()?
        } else {
            (self.integer("x", "lat_deg")?, self.integer("y", "lon_deg")?)
        };
        let is_place = mission_command::has_place(command) && (x, y) != (0, 0);
        let frame = self.frame(is_place || by_degrees)?;
        if Frame(frame).is_global() && mission_command::has_place(command) {
            self.place_in_range("x", x, 90)?;
            self.place_in_range("y", y, 180)?;
            self.altitude(command, "z", z)?;
        }
        Ok(Command::Int {
            command,
            frame,
            params,
            x,
            y,
            z,
        })
    }

    fn mistake(&self, text: &str) -> CommandMistake {
        CommandMistake(format!("{} {text}", self.name))
    }

    fn mav_cmd(&self) -> Result<u16, CommandMistake> {
        match self.given.get("command") {
            Some(Value::String(name)) => by_name(name),
            _ => Ok(self.whole("command", 65_535.0)? as u16),
        }
    }

    /// JSON has no NaN; MAVLink uses it for "leave as it is".
    fn float(&self, key: &str) -> Result<f32, CommandMistake> {
        match self.given.get(key) {
            None => Ok(0.0),
            Some(Value::Null) => Ok(f32::NAN),
            Some(_) => Ok(self.number(key, -MOST, MOST)? as f32),
        }
    }

    fn integer(&self, key: &str, degrees: &str) -> Result<i32, CommandMistake> {
        let given = match self.given.get(key) {
            None => return Ok(0),
            Some(Value::Null) => {
                let text = format!("has no nan in {key}, a whole number: {UNCHANGED} leaves it");
                return Err(self.mistake(&text));
            }
            Some(given) => given.as_f64(),
        };
        let least = f64::from(i32::MIN);
        let number = given.filter(|number| (least..=f64::from(UNCHANGED)).contains(number));
        match number {
            Some(number) if number.fract() == 0.0 => Ok(number as i32),
            _ => Err(self.mistake(&format!(
                "needs {key}, a whole number (degrees × 1e7 where it is a place; {degrees} takes degrees)"
            ))),
        }
    }

    fn degrees(&self) -> Result<(i32, i32), CommandMistake> {
        if self.given.contains_key("x") || self.given.contains_key("y") {
            return Err(self.mistake("takes x and y or lat_deg and lon_deg, not both"));
        }
        let scaled = |degrees: f64| (degrees * 1e7).round() as i32;
        let lat = self.number("lat_deg", -90.0, 90.0)?;
        let lon = self.number("lon_deg", -180.0, 180.0)?;
        Ok((scaled(lat), scaled(lon)))
    }

    fn place_in_range(&self, key: &str, value: i32, most_deg: u32) -> Result<(), CommandMistake> {
        if value == UNCHANGED || value.unsigned_abs() <= most_deg * 10_000_000 {
            return Ok(());
        }
        Err(self.mistake(&format!(
            "needs {key} in degrees × 1e7, from -{most_deg}0000000 to {most_deg}0000000, not {value}"
        )))
    }

    fn altitude(&self, command: u16, key: &str, metres: f32) -> Result<(), CommandMistake> {
        let is_out = !(LOWEST_M..=HIGHEST_M).contains(&f64::from(metres)) && !metres.is_nan();
        if mission_command::has_place(command) && is_out {
            return Err(self.mistake(&format!(
                "needs {key} in metres, from {LOWEST_M} to {HIGHEST_M}, not {metres}"
            )));
        }
        Ok(())
    }

    fn frame(&self, is_needed: bool) -> Result<u8, CommandMistake> {
        let named = match self.given.get("frame") {
            None if is_needed => None,
            None => Some(Frame::GLOBAL),
            Some(Value::String(name)) => {
                let number = name.trim().parse().ok().map(Frame);
                Frame::from_name(name).or(number.filter(|frame| is_known(*frame)))
            }
            Some(number) => number
                .as_f64()
                .filter(|number| (0.0..=255.0).contains(number) && number.fract() == 0.0)
                .map(|number| Frame(number as u8))
                .filter(|frame| is_known(*frame)),
        };
        named.map(|frame| frame.0).ok_or_else(|| {
            let names = FRAMES.map(|(number, name)| format!("{number} {name}"));
            self.mistake(&format!("needs frame, one of {}", names.join(", ")))
        })
    }
}

fn is_known(frame: Frame) -> bool {
    FRAMES.iter().any(|(number, _)| *number == frame.0)
}

fn by_name(name: &str) -> Result<u16, CommandMistake> {
    let plain = name.trim().to_ascii_uppercase();
    let plain = plain.strip_prefix("MAV_CMD_").unwrap_or(&plain);
    let number = mission_command::number(plain).or_else(|| plain.parse().ok());
    number.ok_or_else(|| {
        let shown: String = plain.chars().filter(|c| !c.is_control()).take(60).collect();
        let near = nearest(&shown, mission_command::names());
        let meant = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        CommandMistake(format!(
            "no MAV_CMD of this build is called {shown}{meant} (its number works too)"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mistake(name: &str, params: &Value) -> String {
        Command::parse(name, params).unwrap_err().to_string()
    }

    #[test]
    fn an_int_is_read_by_names_and_numbers_and_degrees() {
        let wire = json!({"command": "DO_REPOSITION", "frame": "GLOBAL_RELATIVE_ALT", "param1": -1,
            "param2": 1, "param4": null, "x": 473_977_420, "y": 85_455_940, "z": 20});
        let degrees = json!({"command": 192, "frame": 3, "param1": -1, "param2": 1, "param4": null,
            "lat_deg": 47.397_742, "lon_deg": 8.545_594, "z": 20});
        for params in [wire, degrees] {
            let Ok(Command::Int {
                command,
                frame,
                params,
                x,
                y,
                z,
            }) = Command::parse("int", &params)
            else {
                panic!("{params}");
            };
            assert_eq!((command, frame, x, y), (192, 3, 473_977_420, 85_455_940));
            assert_eq!((params[0], params[1], z), (-1.0, 1.0, 20.0));
            assert!(params[3].is_nan());
        }
        let servo = json!({"command": "MAV_CMD_DO_SET_SERVO", "param1": 9, "param2": 1500});
        assert!(matches!(
            Command::parse("int", &servo),
            Ok(Command::Int {
                command: 183,
                frame: 0,
                x: 0,
                ..
            })
        ));
    }

    #[test]
    fn what_is_wrong_with_a_bare_command_is_one_sentence() {
        let int = |more: Value| {
            let mut params = json!({"command": "DO_REPOSITION", "frame": 3, "x": 1, "y": 1});
            let object = params.as_object_mut().unwrap();
            object.extend(more.as_object().unwrap().clone());
            mistake("int", &params)
        };
        for (more, sentence) in [
            (
                json!({"x": 900_000_001}),
                "x in degrees × 1e7, from -900000000 to 900000000, not 900000001",
            ),
            (
                json!({"y": -1_800_000_001}),
                "from -1800000000 to 1800000000",
            ),
            (json!({"x": 47.39}), "lat_deg takes degrees"),
            (
                json!({"y": null}),
                "no nan in y, a whole number: 2147483647 leaves it",
            ),
            (json!({"z": 200_000}), "z in metres, from -500 to 100000"),
            (
                json!({"frame": "GLOBL"}),
                "needs frame, one of 0 GLOBAL, 1 LOCAL_NED",
            ),
            (json!({"frame": 99}), "needs frame"),
            (json!({"lat_deg": 1, "lon_deg": 2}), "not both"),
            (
                json!({"target_system": 7}),
                "the vehicle is named by its id",
            ),
            (json!({"paramm1": 7}), "did you mean param1?"),
            (
                json!({"command": "DO_REPOSITON"}),
                "did you mean DO_REPOSITION?",
            ),
            (json!({"command": 70_000}), "from 0 to 65535"),
        ] {
            let said = int(more);
            assert!(said.contains(sentence), "{said}");
        }
        let no_frame = json!({"command": 192, "x": 1, "y": 1});
        assert!(mistake("int", &no_frame).contains("needs frame"));
        assert!(mistake("int", &json!({})).contains("needs command"));
        let far = json!({"command": "NAV_LAND", "param5": 91});
        assert!(mistake("long", &far).contains("param5 and param6 in degrees"));
        assert!(mistake("long", &json!({"command": "DO_SET_SERV"})).contains("DO_SET_SERVO"));
    }
}
