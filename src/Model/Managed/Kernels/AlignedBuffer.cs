using System.Runtime.InteropServices;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Floats outside the garbage collector's heap, at an address that is a multiple of 64 bytes, with room behind the end for kernels that
/// read whole vectors.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const nint SlackFloats = 64;

    // 64 MiB.
    private const nint KeptFloats = 1 << 24;
    private const int KeptTimes = 4;

    internal AlignedBuffer(nint length = 0)
    {
        Ensure(length);
    }

    ~AlignedBuffer()
    {
        Free();
    }

    /// <summary>Where the floats begin; changes when the buffer grows.</summary>
    internal float* Pointer { get; private set; }

    /// <summary>How many floats may be used.</summary>
    internal nint Length { get; private set; }

    /// <summary>The first <paramref name="length"/> floats.</summary>
    internal Span<float> Span(int length) => new(Pointer, length);

    /// <summary>Makes room for so many floats; where that needs new memory, the contents are lost and undefined.</summary>
    internal float* Ensure(nint length)
    {
        if (length > Length || Pointer == null)
        {
            Free();
            nuint bytes = (nuint)(length + SlackFloats) * sizeof(float);
            Pointer = (float*)NativeMemory.AlignedAlloc(bytes, bytes < LargePages.Size ? 64 : LargePages.Size);
            LargePages.Advise(Pointer, bytes);
            Length = length;
        }

        return Pointer;
    }

    /// <summary>
    /// As <see cref="Ensure"/>, but a buffer that is several times as large and by more than 64 MiB gives its memory back: what one large
    /// request needed does not stay beside all later ones.
    /// </summary>
    internal void Fit(nint length)
    {
        if (Length - length > KeptFloats && Length / KeptTimes > length)
        {
            Free();
        }

        Ensure(length);
    }

    /// <summary>Sets all floats to 0.</summary>
    internal void Clear() => NativeMemory.Clear(Pointer, (nuint)Length * sizeof(float));

    /// <summary>
    /// Sets all floats to 0 and gives their memory back until they are written, where the system can: for buffers of which a part may never
    /// be used.
    /// </summary>
    internal void ClearUnused()
    {
        byte* bytes = (byte*)Pointer;
        nuint count = (nuint)Length * sizeof(float);
        var (start, end) = LargePages.GiveBack(bytes, count);
        NativeMemory.Clear(bytes, start);
        NativeMemory.Clear(bytes + end, count - end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        Length = 0;
    }
}
