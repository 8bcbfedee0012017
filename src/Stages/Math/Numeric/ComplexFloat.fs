namespace Cppo.Stages.Math.Numeric

/// A complex number of high precision.
[<Struct>]
type internal ComplexFloat = { Re: BigFloat; Im: BigFloat }

module internal ComplexFloat =
    let real (value: BigFloat) = { Re = value; Im = BigFloat.zero }
    let zero = real BigFloat.zero
    let one = real BigFloat.one

    let imaginary =
        { Re = BigFloat.zero
          Im = BigFloat.one }

    let isReal (value: ComplexFloat) = BigFloat.isZero value.Im

    let isZero (value: ComplexFloat) =
        isReal value && BigFloat.isZero value.Re

    let add (a: ComplexFloat) (b: ComplexFloat) =
        { Re = BigFloat.add a.Re b.Re
          Im = BigFloat.add a.Im b.Im }

    let negate (a: ComplexFloat) =
        { Re = BigFloat.negate a.Re
          Im = BigFloat.negate a.Im }

    let subtract (a: ComplexFloat) (b: ComplexFloat) = add a (negate b)

    let multiply (a: ComplexFloat) (b: ComplexFloat) =
        if isReal a && isReal b then
            real (BigFloat.multiply a.Re b.Re)
        else
            { Re = BigFloat.subtract (BigFloat.multiply a.Re b.Re) (BigFloat.multiply a.Im b.Im)
              Im = BigFloat.add (BigFloat.multiply a.Re b.Im) (BigFloat.multiply a.Im b.Re) }

    let private squaredNorm (a: ComplexFloat) =
        BigFloat.add (BigFloat.multiply a.Re a.Re) (BigFloat.multiply a.Im a.Im)

    let abs' (a: ComplexFloat) =
        if isReal a then
            BigFloat.abs' a.Re
        else
            BigFloat.sqrt (squaredNorm a)

    let reciprocal (a: ComplexFloat) =
        if isReal a then
            real (BigFloat.divide BigFloat.one a.Re)
        else
            let norm = squaredNorm a

            { Re = BigFloat.divide a.Re norm
              Im = BigFloat.negate (BigFloat.divide a.Im norm) }

    let divide (a: ComplexFloat) (b: ComplexFloat) = multiply a (reciprocal b)

    let half (a: ComplexFloat) =
        { Re = BigFloat.scale -1 a.Re
          Im = BigFloat.scale -1 a.Im }

    let exp (a: ComplexFloat) =
        let size = BigFloat.exp a.Re

        if isReal a then
            real size
        else
            let struct (sine, cosine) = BigFloat.sinCos a.Im

            { Re = BigFloat.multiply size cosine
              Im = BigFloat.multiply size sine }

    /// Principal value.
    let ln (a: ComplexFloat) =
        if isReal a && BigFloat.sign a.Re > 0 then
            real (BigFloat.ln a.Re)
        else
            { Re = BigFloat.ln (abs' a)
              Im = BigFloat.atan2 a.Im a.Re }

    /// Principal value.
    let sqrt (a: ComplexFloat) =
        if isReal a then
            if BigFloat.sign a.Re >= 0 then
                real (BigFloat.sqrt a.Re)
            else
                { Re = BigFloat.zero
                  Im = BigFloat.sqrt (BigFloat.negate a.Re) }
        else
            let size = abs' a
            let re = BigFloat.sqrt (BigFloat.scale -1 (BigFloat.add size a.Re))
            let im = BigFloat.sqrt (BigFloat.scale -1 (BigFloat.subtract size a.Re))

            { Re = re
              Im = if BigFloat.sign a.Im < 0 then BigFloat.negate im else im }

    let rec powerInt (a: ComplexFloat) (exponent: int) : ComplexFloat =
        if exponent < 0 then
            reciprocal (powerInt a -exponent)
        elif exponent = 0 then
            one
        else
            let root = powerInt a (exponent / 2)
            let square = multiply root root
            if exponent % 2 = 1 then multiply square a else square

    let private timesI (a: ComplexFloat) =
        { Re = BigFloat.negate a.Im; Im = a.Re }

    /// Sine and cosine.
    let sinCos (a: ComplexFloat) : struct (ComplexFloat * ComplexFloat) =
        if isReal a then
            let struct (sine, cosine) = BigFloat.sinCos a.Re
            struct (real sine, real cosine)
        else
            let plus = exp (timesI a)
            let minus = reciprocal plus
            struct (negate (timesI (half (subtract plus minus))), half (add plus minus))

    /// Principal arctangent: (i/2) (ln(1 - i a) - ln(1 + i a)).
    let atan (a: ComplexFloat) =
        if isReal a then
            real (BigFloat.atan2 a.Re BigFloat.one)
        else
            half (timesI (subtract (ln (subtract one (timesI a))) (ln (add one (timesI a)))))

    /// Principal arcsine: -i ln(i a + sqrt(1 - a^2)).
    let asin (a: ComplexFloat) =
        let root = sqrt (subtract one (multiply a a))

        if isReal a && isReal root then
            real (BigFloat.atan2 a.Re root.Re)
        else
            negate (timesI (ln (add (timesI a) root)))
