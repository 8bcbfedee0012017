using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Parameters;

/// <summary>A number for each parameter of a model, in some number type, in the order of a <see cref="ParameterLayout"/>.</summary>
internal unsafe interface IParameterNumbers
{
    /// <summary>Where they lie: as floats, of which one may hold two numbers.</summary>
    float* Floats { get; }

    /// <summary>1 for floats, 2 for numbers of half a float.</summary>
    int NumbersPerFloat { get; }

    /// <summary>All parameters under the Hugging Face names, in the order of <c>WeightMap.Expected</c>, as floats.</summary>
    /// <param name="needed">Is told, before they are read, from which number to which others are; null: nobody.</param>
    IReadOnlyList<WeightStream> Streams(Action<long, long>? needed = null);

    /// <summary>Takes all parameters in the order of <see cref="Streams"/>.</summary>
    /// <exception cref="ModelFileException">Reading one failed.</exception>
    void Read(IEnumerable<WeightStream> tensors);

    /// <summary>Whether none of some numbers is NaN or infinity.</summary>
    bool AreFinite(long start, long count);
}
