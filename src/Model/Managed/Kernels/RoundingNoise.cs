using System.Numerics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Random bits that are counted, not drawn: 32 of them for each step of an optimizer and place of a parameter, by a hash whose every output
/// bit depends on every input bit.
/// </summary>
internal static unsafe class RoundingNoise
{
    private const uint FirstFactor = 0x7FEB352D;
    private const uint SecondFactor = 0x846CA68B;

    /// <summary>The bits of a step for the places from <paramref name="first"/> on.</summary>
    internal static void Fill(long step, nint first, int count, uint* bits)
    {
        // A place beyond 32 bits changes the key, too.
        uint key = Mix((uint)step ^ Mix((uint)(step >> 32) + (0x9E3779B9 * (uint)(first >> 32))));
        int i = 0;
        var lanes = Vector<uint>.Zero;
        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            lanes = lanes.WithElement(lane, (uint)lane);
        }

        for (; i <= count - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            var z = (lanes + new Vector<uint>((uint)first + (uint)i)) ^ new Vector<uint>(key);
            z ^= z >>> 16;
            z *= FirstFactor;
            z ^= z >>> 15;
            z *= SecondFactor;
            (z ^ (z >>> 16)).Store(bits + i);
        }

        for (; i < count; i++)
        {
            bits[i] = Mix(((uint)first + (uint)i) ^ key);
        }
    }

    private static uint Mix(uint z)
    {
        z ^= z >> 16;
        z *= FirstFactor;
        z ^= z >> 15;
        z *= SecondFactor;
        return z ^ (z >> 16);
    }
}
