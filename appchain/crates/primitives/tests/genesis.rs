// SPDX-License-Identifier: Apache-2.0
//! A genesis file's own rules: taken as written or refused with the reason.

use primitives::{Genesis, GenesisError, Heartbeat, HeartbeatError, SYSTEM_ACCOUNT};
use serde_json::{Value, json};

fn file(heartbeat: &Value) -> Value {
    json!({
        "config": { "chainId": 7, "cancunTime": 0, "headwater": { "heartbeat": heartbeat } },
        "gasLimit": "0x2faf080", "difficulty": "0x0",
        "alloc": {
            SYSTEM_ACCOUNT.to_string(): {
                "balance": "0x100000000000000000000000000000000000000000000000000",
            },
        },
    })
}

fn parse(file: &Value) -> Result<Option<Heartbeat>, GenesisError> {
    Genesis::parse(&file.to_string()).map(|(config, _)| config.heartbeat)
}

const CONTRACT: &str = "0x00000000000000000000000000000000000000be";

#[test]
fn heartbeat_is_taken_as_written() {
    let heartbeat = parse(&file(&json!({ "address": CONTRACT, "openGasLimit": 50_000 })));
    let expected = Heartbeat {
        address: CONTRACT.parse().expect("an address"),
        open_gas_limit: 50_000,
        close_gas_limit: primitives::heartbeat::HEARTBEAT_GAS,
    };
    assert_eq!(heartbeat.expect("a good file"), Some(expected));
}

#[test]
fn heartbeat_that_cannot_be_is_refused() {
    let refused = |heartbeat: &Value| parse(&file(heartbeat)).expect_err("a bad file");
    assert!(matches!(
        refused(&json!({ "address": CONTRACT, "openGasLimit": 21_000 })),
        GenesisError::Heartbeat(HeartbeatError::GasLimit { gas: 21_000, .. })
    ));
    assert!(matches!(
        refused(&json!({ "address": CONTRACT, "openGasLimit": 20_000_000 })),
        GenesisError::Heartbeat(HeartbeatError::Block { .. })
    ));
    assert!(matches!(
        refused(&json!({ "address": CONTRACT, "gas": 1 })),
        GenesisError::Malformed(_)
    ));
    let mut poor = file(&json!({ "address": CONTRACT }));
    poor["alloc"] = json!({});
    assert!(matches!(
        parse(&poor).expect_err("a bad file"),
        GenesisError::Heartbeat(HeartbeatError::Account { .. })
    ));
}
