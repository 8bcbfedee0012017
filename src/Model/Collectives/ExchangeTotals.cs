namespace Cppo.Model.Collectives;

/// <summary>What the calls of one <see cref="ICollective"/> took since it began.</summary>
/// <param name="Waited">Until all ranks had come.</param>
/// <param name="Moved">From then on: until this rank's part was done.</param>
/// <param name="BytesSent">Of values and bytes, to all other ranks together.</param>
public readonly record struct ExchangeTotals(TimeSpan Waited, TimeSpan Moved, long BytesSent)
{
    /// <summary>Those of two objects together.</summary>
    public static ExchangeTotals operator +(ExchangeTotals one, ExchangeTotals other) => one.Add(other);

    /// <summary>What was added since an earlier look.</summary>
    public static ExchangeTotals operator -(ExchangeTotals now, ExchangeTotals before) => now.Subtract(before);

    /// <summary>Those of two objects together.</summary>
    public ExchangeTotals Add(ExchangeTotals other) => new(Waited + other.Waited, Moved + other.Moved, BytesSent + other.BytesSent);

    /// <summary>What was added since an earlier look.</summary>
    public ExchangeTotals Subtract(ExchangeTotals before) =>
        new(Waited - before.Waited, Moved - before.Moved, BytesSent - before.BytesSent);
}
