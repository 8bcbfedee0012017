namespace Cppo.Stages.Advantage

type AdvantageSettings =
    {
        /// Added to the standard deviation; 1e-4 as in the authors' code.
        Epsilon: float
    }
