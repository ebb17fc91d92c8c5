namespace LatentGraph.Data;

/// <summary>How bodies moved together.</summary>
/// <param name="Times">By time, [bodies, features]: positions, then velocities.</param>
/// <param name="IsLinked">Which of them act on each other, of the second kind for charges; null where it isn't known.</param>
internal sealed record Motion(float[][] Times, bool[,]? IsLinked);

/// <summary>Motions to learn from and to test.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="FeaturesPerStep">Numbers of a body at a time.</param>
/// <param name="Dimensions">Numbers of its position.</param>
/// <param name="Training">To train on.</param>
/// <param name="Validation">That choose the epoch.</param>
/// <param name="Test">That nothing is learned from.</param>
internal sealed record MotionSet(string Name, int FeaturesPerStep, int Dimensions, Motion[] Training, Motion[] Validation, Motion[] Test)
{
    /// <summary>What was found that is worth a line of the report.</summary>
    internal string[] Remarks { get; init; } = [];
}
