namespace Cppo.Model.Weights;

/// <summary>The number types of a safetensors file that hold weights.</summary>
public enum WeightType
{
    /// <summary>IEEE 32-bit.</summary>
    F32,

    /// <summary>bfloat16: the upper half of an fp32.</summary>
    BF16,

    /// <summary>IEEE 16-bit.</summary>
    F16,

    /// <summary>64-bit integers, which no weight has but which files of reference numbers use.</summary>
    I64,
}

/// <summary>Sizes and names of <see cref="WeightType"/>.</summary>
internal static class WeightTypes
{
    internal static int Size(this WeightType type) =>
        type switch
        {
            WeightType.I64 => 8,
            WeightType.F32 => 4,
            _ => 2,
        };

    /// <summary>False for a type that this program does not read.</summary>
    internal static bool TryParse(string name, out WeightType type)
    {
        type = default;
        return name is "F32" or "BF16" or "F16" or "I64" && Enum.TryParse(name, out type);
    }
}
