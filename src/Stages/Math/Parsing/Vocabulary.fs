/// The commands, words and signs that answers are written with.
module internal Cppo.Stages.Math.Parsing.Vocabulary

open System
open System.Collections.Generic
open Cppo.Stages.Math.Expressions

let private setOf (words: string) =
    HashSet<string>(words.Split([| ' '; '\n' |], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal)

/// Functions of one or more arguments, with or without parentheses.
let functions =
    setOf
        "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch arcsinh arccosh arctanh arsinh
         arcosh artanh tg ctg arctg arcctg cosec asin acos atan asinh acosh atanh ln log lg exp det gcd lcm max min abs floor ceil
         sgn arg Re Im deg dim tr rank"

/// Functions that plain text writes with parentheses.
let plainFunctions = setOf "sqrt cbrt"

/// Commands that models write without the backslash, where a brace follows.
let bracedCommands = setOf "frac dfrac tfrac cfrac sqrt binom boxed text"

/// Letters with a name of their own.
let greek =
    setOf
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau upsilon phi
         varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar aleph"

/// Commands that change only how something looks, or name what kind of thing it is.
let ignored =
    setOf
        "displaystyle textstyle scriptstyle limits nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr
         middle quad qquad thinspace enspace hfill newline vec overrightarrow overleftrightarrow hat widehat tilde boldsymbol
         bm mathcal triangle angle measuredangle mathop mathstrut strut underline displaylimits rm bf it cal tt sf nonumber notag boxed fbox
         mathfrak mathscr cancel therefore because large Large LARGE huge Huge small normalsize tiny"

/// Commands whose braces hold prose.
let prose =
    setOf
        "text textbf textit textrm texttt textsf textnormal textup textsc mbox hbox mathrm operatorname mathbf mathit mathsf
         mathtt emph unit"

/// Commands whose braces hold nothing that counts.
let dropped =
    setOf "phantom hphantom vphantom hspace vspace label tag color textcolor"

/// Abbreviations of units that may follow a number without a space and without \text.
let units =
    setOf
        "cm mm km dm ft yd mi lb lbs oz kg mg ml mL cl kL hr hrs min mins sec secs ms mph kph kmh km/h sq inch inches feet foot yard yards
         mile miles meter meters metre metres centimeter centimeters second seconds minute minutes hour hours day days week weeks
         month months year years dollar dollars cent cents percent pct percentage degree degrees unit units radian radians rad
         gram grams kilogram kilograms liter liters litre litres pound pounds ounce ounces people square cubic points"

/// Units of one letter; they count only in upright type behind a value.
let shortUnits =
    setOf "m s g h L l N J W V A K C F d t Hz Pa kW kJ kN kPa MPa mol ohm eV"

/// Before and after noon, however it is written.
let meridiems =
    dict
        [ for half, spellings in
              [ "a.m.", [ "a.m."; "am"; "AM"; "A.M."; "a.m" ]
                "p.m.", [ "p.m."; "pm"; "PM"; "P.M."; "p.m" ] ] do
              for spelling in spellings do
                  spelling, half ]

let months =
    setOf "January February March April May June July August September October November December"

/// What money is counted in; it may stand before the number.
let currencies = setOf "USD EUR GBP INR CNY RMB Rs"

let private numberNames =
    [| "zero"
       "one"
       "two"
       "three"
       "four"
       "five"
       "six"
       "seven"
       "eight"
       "nine"
       "ten"
       "eleven"
       "twelve" |]

/// The number that a word names; -1 where it names none.
let numberOf (word: string) : int =
    Array.IndexOf(numberNames, word.Trim().ToLowerInvariant())

/// A number's digits for its name; other words stay.
let digitsOf (word: string) : string =
    match numberOf word with
    | -1 -> word
    | value -> string value

/// Comparisons by command name or sign.
let comparisons =
    dict
        [ "=", Equals
          "equiv", Equals
          "approx", Approximately
          "≈", Approximately
          "simeq", Approximately
          "sim", Approximately
          "doteq", Approximately
          "ne", NotEqual
          "neq", NotEqual
          "<", Less
          "lt", Less
          "le", LessOrEqual
          "leq", LessOrEqual
          "leqslant", LessOrEqual
          "leqq", LessOrEqual
          ">", Greater
          "gt", Greater
          "ge", GreaterOrEqual
          "geq", GreaterOrEqual
          "geqslant", GreaterOrEqual
          "geqq", GreaterOrEqual
          "in", ElementOf ]

/// What a character outside ASCII stands for in LaTeX.
let signs =
    dict
        [ '×', "times"
          '·', "cdot"
          '⋅', "cdot"
          '∙', "cdot"
          '÷', "div"
          '±', "pm"
          '∓', "mp"
          '≤', "le"
          '≥', "ge"
          '≠', "ne"
          '≈', "approx"
          'π', "pi"
          '∞', "infty"
          '√', "sqrt"
          '°', "circ"
          '∪', "cup"
          '∩', "cap"
          '∈', "in"
          '∅', "emptyset"
          'ℝ', "R"
          '⌊', "lfloor"
          '⌋', "rfloor"
          '⌈', "lceil"
          '⌉', "rceil"
          '⟨', "langle"
          '⟩', "rangle"
          '∖', "setminus"
          '∣', "mid"
          '∶', "colon"
          '…', "ldots"
          '⇒', "Rightarrow"
          '⇔', "iff"
          '∨', "lor"
          '∧', "land"
          '⁄', "div"
          '∕', "div"
          '′', "prime"
          'α', "alpha"
          'β', "beta"
          'γ', "gamma"
          'θ', "theta"
          'λ', "lambda"
          'φ', "phi"
          'ω', "omega"
          'δ', "delta"
          'ε', "epsilon"
          'μ', "mu"
          'ρ', "rho"
          'σ', "sigma"
          'τ', "tau"
          'Σ', "sum"
          '∑', "sum"
          '∏', "prod"
          'Δ', "Delta"
          'Ω', "Omega" ]
