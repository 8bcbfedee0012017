namespace Cppo.Model.Engine;

/// <summary>The number type in which weights are held beside those that are trained.</summary>
public enum WeightPrecision
{
    /// <summary>32-bit.</summary>
    Float32,

    /// <summary>bfloat16: the upper half of a 32-bit number; products are summed in fp32.</summary>
    BFloat16,

    /// <summary>8-bit whole numbers with a scale for each output and 96 inputs; products are summed exactly.</summary>
    Int8,
}
