//! Dense program-wide positions of the items of all modules, and the way back.

/// How many positions share an entry of the index; a module holds more than that of most kinds.
const BLOCK: usize = 64;

/// Where each module's items of one kind start among all of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offsets {
    /// The first position of each module, then the total.
    first: Vec<u32>,
    /// For each block of positions, the module that holds its first one.
    blocks: Vec<u32>,
}

impl Offsets {
    /// Lays out modules with these numbers of items.
    pub(crate) fn new(lengths: impl Iterator<Item = usize>) -> Self {
        let mut first = vec![0];
        let mut total = 0usize;
        for length in lengths {
            total += length;
            first.push(u32::try_from(total).expect("a program has fewer than 2^32 items of a kind"));
        }
        let mut blocks = Vec::with_capacity(total / BLOCK + 1);
        let mut module = 0;
        for start in (0..total).step_by(BLOCK) {
            while first[module + 1] as usize <= start {
                module += 1;
            }
            blocks.push(module as u32);
        }
        Self { first, blocks }
    }

    /// How many items there are.
    pub(crate) fn total(&self) -> usize {
        self.first.last().map_or(0, |&total| total as usize)
    }

    /// The position of a module's first item.
    pub(crate) fn start(&self, module: usize) -> usize {
        self.first[module] as usize
    }

    /// The module of a position, and the item's index there.
    pub(crate) fn locate(&self, position: usize) -> (usize, usize) {
        let mut module = self.blocks[position / BLOCK] as usize;
        while self.first[module + 1] as usize <= position {
            module += 1;
        }
        (module, position - self.first[module] as usize)
    }
}

#[cfg(test)]
mod tests {
    use crate::link::offsets::Offsets;

    #[test]
    fn every_position_leads_back() {
        let lengths = [0, 3, 0, 0, 200, 1, 64, 0, 5];
        let offsets = Offsets::new(lengths.into_iter());
        assert_eq!(offsets.total(), 273);
        let mut position = 0;
        for (module, length) in lengths.into_iter().enumerate() {
            assert_eq!(offsets.start(module), position);
            for index in 0..length {
                assert_eq!(offsets.locate(position), (module, index));
                position += 1;
            }
        }
    }
}
