namespace Cppo.Pipeline.Data;

/// <summary>
/// A column of texts inside lists and structures, as it lies in a row group: one entry for each text, and one for what lacks it. Levels are
/// those of the Parquet format: up to which field of the path there is a value, and at which list an entry goes on.
/// </summary>
/// <param name="Texts">Null where the definition level is below the column's.</param>
/// <param name="Definitions">How many of the path's optional and repeated fields there are.</param>
/// <param name="Repetitions">0 where a row begins.</param>
internal sealed record ParquetEntries(string?[] Texts, int[] Definitions, int[] Repetitions);
