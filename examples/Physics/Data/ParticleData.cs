using Examples;

namespace Physics.Data;

/// <summary>Runs of particles, the last of which are kept for the test.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Dimensions">Coordinates of a position.</param>
/// <param name="Training">Runs to train on.</param>
/// <param name="Validation">Runs that choose the epoch.</param>
/// <param name="Test">Runs that nothing is learned from.</param>
/// <param name="Radius">The distance within which particles are linked.</param>
/// <param name="Lower">The lower walls.</param>
/// <param name="Upper">The upper walls.</param>
internal sealed record ParticleData(string Name, int Dimensions, Trajectory[] Training, Trajectory[] Validation, Trajectory[] Test,
    double Radius, double[] Lower, double[] Upper)
{
    /// <summary>The mesh whose vertices the particles are; null where they are linked by distance.</summary>
    internal ClothMesh? Mesh { get; init; }

    /// <summary>The energy at the second of two times; null where the law isn't known.</summary>
    internal Func<double[], double[], double>? Energy { get; init; }

    /// <summary>What was found that is worth a line of the report.</summary>
    internal string[] Remarks { get; init; } = [];

    /// <summary>Steps per second of the simulator that made them; null where it isn't known.</summary>
    internal double? StepsPerSecond { get; init; }
}
