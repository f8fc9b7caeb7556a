//! Ballots from the host.

use crate::place::Place;

#[test]
fn a_ballot_that_is_not_there_is_not_found() {
    let place = Place::new();
    assert_eq!(place.run(["ballot", "list"]).ok(), "id  state  conference  title\n");
    for verb in ["open", "close", "publish"] {
        let ended = place.run(["ballot", verb, "01890a5d-ac96-774b-bcce-b302099a8057"]);
        assert_eq!(ended.sentence(5), "there is no ballot with this id", "{verb}");
    }
}
