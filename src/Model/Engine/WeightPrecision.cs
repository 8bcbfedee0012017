namespace Cppo.Model.Engine;

/// <summary>The numbers that rollouts keep a layer's weights in.</summary>
public enum WeightPrecision
{
    /// <summary>32-bit.</summary>
    Float32,

    /// <summary>bfloat16; products are summed in fp32.</summary>
    BFloat16,

    /// <summary>8-bit whole numbers with a scale for each output and 96 inputs; products are summed exactly.</summary>
    Int8,
}
