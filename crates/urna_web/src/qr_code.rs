//! QR codes (ISO/IEC 18004) as SVG.

use fast_qr::{ECL, Module, QRBuilder};

use crate::problem::{Code, Problem};

/// The white frame around the code, in modules: the least that readers are promised.
const QUIET: usize = 4;

/// An address as a QR code, letter by letter as it is. In capitals it would need fewer modules, but several scanners open
/// nothing that begins with `HTTPS://`.
///
/// # Errors
/// A problem where the address is longer than a QR code can be.
pub(crate) fn svg(url: &str) -> Result<String, Problem> {
    let code = QRBuilder::new(url).ecl(ECL::M).build();
    let code = code.map_err(|error| Problem { cause: Some(error.to_string()), ..Problem::new(Code::Internal) })?;
    let side = code.size + 2 * QUIET;
    // Each row is one broken line: as wide as a module is high, on for dark modules and off for light ones.
    let row_of_lines = |(number, row): (usize, &[Module])| {
        let run = |run: &[Module]| if run[0].value() { format!("h{}", run.len()) } else { format!("m{} 0", run.len()) };
        // Nothing is drawn after the last dark module.
        let end = row.iter().rposition(|module| module.value()).map_or(0, |last| last + 1);
        let runs: String = row[..end].chunk_by(|left, right| left.value() == right.value()).map(run).collect();
        format!("M{QUIET} {}.5{runs}", number + QUIET)
    };
    let lines: String = code.data.chunks(code.size).take(code.size).enumerate().map(row_of_lines).collect();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{lines}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pixels a module is wide.
    const PIXELS: usize = 4;

    /// The dark modules of a picture, drawn as a browser would.
    fn drawn(svg: &str) -> Vec<Vec<bool>> {
        let side: usize = svg.split('"').nth(3).unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        let mut modules = vec![vec![false; side]; side];
        let lines = svg.split("stroke=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for line in lines.split('M').skip(1) {
            let (x, rest) = line.split_once(' ').unwrap();
            let (y, runs) = rest.split_once(".5").unwrap();
            let (mut x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let mut runs = runs;
            while !runs.is_empty() {
                let end = runs[1..].find(['h', 'm']).map_or(runs.len(), |end| end + 1);
                let (run, rest) = runs.split_at(end);
                let length: usize = run[1..].trim_end_matches(" 0").parse().unwrap();
                modules[y][x..x + length].fill(run.starts_with('h'));
                x += length;
                runs = rest;
            }
        }
        modules
    }

    #[test]
    fn a_reader_reads_the_address_as_it_is() {
        let url = format!("https://vote.example.org/l/{}", "0123456789abcdefghjkmnpqrstvwxyz".repeat(2));
        let svg = svg(&url).unwrap();
        assert!(svg.len() < 3_000, "{} bytes", svg.len());
        let modules = drawn(&svg);
        let side = modules.len() * PIXELS;
        let dark = |x: usize, y: usize| modules[y / PIXELS][x / PIXELS];
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, dark);
        let found = image.detect_grids();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].decode().unwrap().1, url);
    }
}
