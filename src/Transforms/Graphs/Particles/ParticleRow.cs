using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A system of particles at one time as a row of a view: a graph per row with a label per node, whose columns are the default names of
/// <see cref="GraphColumns"/> beside <see cref="EdgeFeatures"/>.
/// </summary>
public sealed class ParticleRow
{
    /// <summary>[particles, <see cref="ParticleGraphs.NodeFeatureCount"/>].</summary>
    public float[] NodeFeatures { get; set; } = [];

    /// <summary>[2, edges], sources then targets.</summary>
    public int[] Edges { get; set; } = [];

    /// <summary>[edges, <see cref="ParticleGraphs.EdgeFeatureCount"/>].</summary>
    public float[] EdgeFeatures { get; set; } = [];

    /// <summary>
    /// Accelerations, the second differences of positions, [particles, dimensions], in units of length per step²; NaN for particles that
    /// are held. Empty where the next positions aren't known.
    /// </summary>
    public float[] Label { get; set; } = [];
}

/// <summary>What a model predicts for a <see cref="ParticleRow"/>.</summary>
internal sealed class ParticlePrediction
{
    [ColumnName("Score")]
    public float[] Accelerations { get; set; } = [];
}
