using System.Runtime.InteropServices;
using Cppo.Model.Collectives;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// Moments that are divided among processes, for the one that writes them to a file: it asks for a piece when it comes to it, and gives it
/// back soon, so that it never has all of them.
/// </summary>
/// <param name="shards">Who has which. The first process writes.</param>
/// <param name="arrays">What is divided so.</param>
internal sealed unsafe class SharedMoments(Shards shards, IReadOnlyList<IParameterNumbers> arrays)
{
    /// <summary>Pieces that the writer completes at a time: what is read at once may lie across two.</summary>
    internal const int MostHeld = 2;

    private const string Purpose = "the optimizer's state that is saved";
    private const int Writer = 0;
    private const int End = -1;

    private readonly List<(int Array, int Piece)> held = [];

    /// <summary>Whether none is NaN or infinity; each process looks at its own. Called by all of them.</summary>
    public bool AreFinite() =>
        !shards.Ranks.AnyTrue(
            arrays.Any(array =>
                shards.Pieces.Any(piece =>
                {
                    var (start, length) = piece.IsDivided ? Chunks.Of(piece.Count, shards.Ranks.Rank, shards.Ranks.Size) : (0, piece.Count);
                    return !array.AreFinite(piece.Start + start, length);
                })
            ),
            Purpose
        );

    /// <summary>Has all numbers of an array from one to another, while they are read; on the process that writes.</summary>
    public void Need(int array, long start, long end)
    {
        for (int index = 0; index < shards.Pieces.Count; index++)
        {
            if (!IsIn(index, start, end) || held.Contains((array, index)))
            {
                continue;
            }

            while (held.Count >= MostHeld && !(held[0].Array == array && IsIn(held[0].Piece, start, end)))
            {
                Release(held[0].Array, held[0].Piece);
                held.RemoveAt(0);
            }

            Tell(array, index);
            Gather(array, index);
            held.Add((array, index));
        }
    }

    /// <summary>Nothing more is read; on the process that writes.</summary>
    public void Finish()
    {
        foreach (var (array, piece) in held)
        {
            Release(array, piece);
        }

        held.Clear();
        Tell(End, End);
    }

    /// <summary>Gives what the process that writes asks for, until it is done; on the others.</summary>
    public void Serve()
    {
        while (true)
        {
            var asked = MemoryMarshal.Cast<byte, int>(shards.Ranks.Broadcast([], Writer, Purpose));
            if (asked[0] == End)
            {
                return;
            }

            Gather(asked[0], asked[1]);
            Release(asked[0], asked[1]);
        }
    }

    private bool IsIn(int piece, long start, long end) =>
        shards.Pieces[piece] is { IsDivided: true } divided && divided.Start < end && divided.Start + divided.Count > start;

    private void Tell(int array, int piece) => shards.Ranks.Broadcast(MemoryMarshal.AsBytes<int>(new[] { array, piece }), Writer, Purpose);

    private void Gather(int array, int piece) =>
        ManagedShards.Gather(shards, shards.Pieces[piece], arrays[array].Floats, arrays[array].NumbersPerFloat, Purpose);

    private void Release(int array, int piece) =>
        ManagedShards.Release(shards, shards.Pieces[piece], arrays[array].Floats, arrays[array].NumbersPerFloat);
}
