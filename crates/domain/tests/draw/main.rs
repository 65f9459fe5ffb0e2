//! The draw of inspections: that anybody can recompute it, that it is fair, and that nothing can be
//! changed unseen (R61, R62, R67). `docs/DRAW.md` is the specification.

#[cfg(test)]
mod fair;
#[cfg(test)]
mod independent;
#[cfg(test)]
mod made;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod unseen;
#[cfg(test)]
mod vectors;
