/// Seeded points at which expressions are compared, the same on every machine.
module internal Cppo.Stages.Math.Numeric.Points

open System.Numerics

/// A 64-bit hash of a text that is the same on every machine.
let private hash (text: string) =
    let mutable value = 14695981039346656037UL

    for c in text do
        value <- (value ^^^ uint64 c) * 1099511628211UL

    value ^^^ (value >>> 29)

/// A rational of 20 bits between 1/4 and 4 that depends on a text and a number.
let drawn (text: string) (point: int) : BigFloat =
    let mixed = (hash text + uint64 point * 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL
    let mixed = (mixed ^^^ (mixed >>> 31)) * 0x94D049BB133111EBUL
    let step = int ((mixed >>> 40) &&& 0xFFFFFUL)
    BigFloat.divide (BigFloat.ofInt (262144 + step * 15 / 4)) (BigFloat.ofInt 1048576)

/// The value of a symbol at a seeded random point; at odd points some or all of them are negative.
let symbolAt (point: int) (name: string) : ComplexFloat =
    let value = drawn name point

    // All negative at point 1, mixed at the other odd ones.
    let isNegative =
        point % 2 = 1
        && (point = 1
            || BigFloat.compare (drawn (name + "|sign") point) (BigFloat.ofInt 2) < 0)

    ComplexFloat.real (if isNegative then BigFloat.negate value else value)

/// The value of a symbol at a seeded point of whole numbers from 3 to 22, where functions of whole numbers are compared.
let wholeAt (point: int) (name: string) : ComplexFloat =
    let scaled = BigFloat.multiply (drawn (name + "|whole") point) (BigFloat.ofInt 5)
    ComplexFloat.real (BigFloat.ofBigInteger (BigInteger 2 + BigFloat.floor scaled))
