//! Keys and signatures, from outside.

#[cfg(test)]
mod key;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod note;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod vrf;
