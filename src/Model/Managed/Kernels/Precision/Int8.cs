namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// How numbers become whole ones in products with int8 weights. Both factors have a scale for each <see cref="Block"/> numbers of the
/// dimension that is summed over.
/// </summary>
/// <remarks>
/// Weights: w = round(127 x / largest), stored as w + 128. Rows: q = round(16256 x / largest), split as 128 high + low with high from -127
/// to 127 and low from -64 to 63. A block that is not <see cref="WideFactor">wide</see> has a low part of 0, so that half of the products
/// suffice. Sums are exact in 32 bits: a block's is at most 96 * 16256 * 255 = 397,946,880 &lt; 2^31 in magnitude, even with weights taken
/// as w + 128, and so is every part of it. Then float(sum) * (row scale * column scale) is added to the blocks before.
/// </remarks>
internal static class Int8
{
    /// <summary>Numbers under one scale.</summary>
    internal const int Block = 96;

    /// <summary>Rows of the right factor that lie in one 32-bit word.</summary>
    internal const int Quad = 4;

    /// <summary>What is added to a weight, so that it is stored without a sign.</summary>
    internal const int Offset = 128;

    /// <summary>The largest whole number of a weight and of a row's high part.</summary>
    internal const int Largest = 127;

    /// <summary>A row's number is so many times its high part plus its low part.</summary>
    internal const int LowUnits = 128;

    /// <summary>A block of a row is wide where its largest number is above so many times the row's root mean square.</summary>
    internal const float WideFactor = 4;

    /// <summary>Blocks whose largest number is below 2^-50 are 0: so the product of two scales is a normal number.</summary>
    internal const float Smallest = 8.8817841970012523e-16f;

    /// <summary>Adding it rounds to a whole number, ties to even, in the lowest bits: 1.5 * 2^23.</summary>
    internal const float RoundingOffset = 12582912f;

    /// <summary>The bits of <see cref="RoundingOffset"/>.</summary>
    internal const int RoundingBits = 0x4B400000;

    internal static int NumBlocks(int k) => (k + Block - 1) / Block;

    internal static int NumQuads(int k) => (k + Quad - 1) / Quad;
}

/// <summary>Which instructions a product with int8 weights runs on; the results are the same, bit for bit.</summary>
internal enum Int8Kernel
{
    /// <summary>System.Numerics vectors of 32-bit numbers.</summary>
    Portable,

    /// <summary>256-bit vectors, pairs of 16-bit products (vpmaddwd).</summary>
    Avx2,

    /// <summary>256-bit vectors, quadruples of 8-bit products (vpdpbusd): twice where a row's block is wide.</summary>
    AvxVnni,
}

/// <summary>What this machine runs of <see cref="Int8Kernel"/>.</summary>
internal static class Int8Kernels
{
    /// <summary>The fastest at a level.</summary>
    internal static Int8Kernel At(SimdLevel level) =>
        level == SimdLevel.Portable ? Int8Kernel.Portable
        : System.Runtime.Intrinsics.X86.AvxVnni.IsSupported ? Int8Kernel.AvxVnni
        : Int8Kernel.Avx2;
}
