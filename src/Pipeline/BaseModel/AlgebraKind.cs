namespace Cppo.Pipeline.BaseModel;

/// <summary>The size of an exercise's numbers.</summary>
/// <param name="Factor">The largest coefficient.</param>
/// <param name="Term">The largest constant and root.</param>
internal sealed record AlgebraRange(int Factor, int Term);

/// <summary>An exercise, its solution and the working of a typical mistake.</summary>
internal sealed record AlgebraExercise(string Text, Working Right, Working Wrong);

/// <summary>A kind of exercise.</summary>
/// <param name="Weight">How often it occurs, in proportion.</param>
/// <param name="SlipShare">How often the base model's examples make its typical mistake, 0 to 1.</param>
/// <param name="Draw">Makes one.</param>
internal sealed record AlgebraKind(double Weight, double SlipShare, Func<Draws, AlgebraRange, AlgebraExercise> Draw);
