//! QR codes (ISO/IEC 18004) as SVG.

use fast_qr::{ECL, Module, QRBuilder};

use crate::problem::{Code, Problem};

/// The width of the white frame around the code, in modules: the minimum that readers are promised.
const QUIET: usize = 4;

/// Returns a URL as a QR code, with its letters unchanged. Upper case would need fewer modules, but several scanners do
/// not open a URL that begins with `HTTPS://`.
///
/// # Errors
/// Returns a problem if the URL is too long for a QR code.
pub(crate) fn svg(url: &str) -> Result<String, Problem> {
    let code = QRBuilder::new(url).ecl(ECL::M).build();
    let code = code.map_err(|error| Problem { cause: Some(error.to_string()), ..Problem::new(Code::Internal) })?;
    let side = code.size + 2 * QUIET;
    // Each row is one dashed line, as wide as a module is high: drawn for dark modules and interrupted for light ones.
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

    /// The width of a module, in pixels.
    const PIXELS: usize = 4;

    /// Returns the dark modules of an image, drawn as a browser would.
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
