// Letters: B rows, H query heads, C width of a head.
namespace Cppo.Model.Managed.Kernels;

/// <summary>What attention reads and writes of a block of rows.</summary>
internal unsafe struct AttentionRows
{
    /// <summary>[B, H, C], rows <see cref="QueryRow"/> floats apart.</summary>
    internal required float* Queries;
    internal required nint QueryRow;

    /// <summary>[B, H, C], rows <see cref="ContextRow"/> floats apart.</summary>
    internal required float* Context;
    internal required nint ContextRow;

    /// <summary>[B, H], of the scaled scores; null where nobody asks for it.</summary>
    internal float* LogSumExp;
}
