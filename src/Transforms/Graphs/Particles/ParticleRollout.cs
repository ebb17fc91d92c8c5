using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Moves particles by a model that predicts their accelerations: each step links them anew, scores the graph and adds the accelerations
/// to the velocities and these to the positions (semi-implicit Euler, steps of length 1).
/// </summary>
public sealed class ParticleRollout : IDisposable
{
    private readonly ParticleGraphs _graphs;
    private readonly PredictionEngine<ParticleRow, ParticlePrediction> _engine;

    /// <summary>Takes a model that was trained on rows of the same <see cref="ParticleGraphs"/>.</summary>
    /// <param name="model">A trained or loaded model, such as <c>ml.Transforms.ApplyGraphModel</c> gives.</param>
    /// <param name="graphs">What makes graphs of positions.</param>
    /// <exception cref="ArgumentException">The model reads other features, or predicts other than a number an axis.</exception>
    public ParticleRollout(GraphScoringTransformer model, ParticleGraphs graphs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(graphs);
        if (!model.Info.IsOfNodesInGraphs || model.Info.Outputs != graphs.Options.Dimensions)
            throw new ArgumentException($"The model predicts {model.Info.Outputs} numbers for each "
                + $"{(model.Info.IsOfNodesInGraphs ? "node" : "graph")}; expected {graphs.Options.Dimensions} for each node, its "
                + "acceleration.", nameof(model));
        Same("features per node", graphs.NodeFeatureCount, model.Info.Input.FeatureCount);
        Same("features per edge", graphs.EdgeFeatureCount, model.Info.Graph!.EdgeFeatureCount);
        _graphs = graphs;
        _engine = new MLContext().Model.CreatePredictionEngine<ParticleRow, ParticlePrediction>(model,
            new PredictionEngineOptions { OwnsTransformer = false });

        static void Same(string what, int made, int read)
        {
            if (made != read)
                throw new ArgumentException($"The graphs have {made} {what}; the model was trained on {read}.", nameof(graphs));
        }
    }

    /// <summary>The accelerations that the model predicts, [particles, dimensions].</summary>
    /// <param name="positions">The last positions, oldest first, at least <see cref="ParticleGraphs.Frames"/>.</param>
    /// <param name="properties">[particles, properties]; null where there are none.</param>
    public float[] Accelerations(IReadOnlyList<double[]> positions, float[]? properties = null)
    {
        var row = _graphs.Row(positions, properties);
        // The engine's rows have labels, which a model doesn't read.
        return _engine.Predict(row).Accelerations;
    }

    /// <summary>The positions behind those that are known, step after step, as long as they are asked for.</summary>
    /// <param name="start">The first positions, oldest first, at least <see cref="ParticleGraphs.Frames"/>.</param>
    /// <param name="properties">[particles, properties]; null where there are none.</param>
    /// <param name="isHeld">Which particles stay where they are; null for none.</param>
    /// <exception cref="ArgumentException">As <see cref="ParticleGraphs.Row"/>, or flags don't fit the particles.</exception>
    /// <exception cref="InvalidDataException">
    /// Positions are no longer finite numbers: the model diverged. The message names the step and the particle.
    /// </exception>
    public IEnumerable<double[]> Run(IReadOnlyList<double[]> start, float[]? properties = null, bool[]? isHeld = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        List<double[]> last = [.. start.Skip(Math.Max(0, start.Count - _graphs.Frames))];
        if (last.Count > 0)
            _graphs.CheckHeld(isHeld, last[^1].Length);
        for (var step = 1L; ; step++)
        {
            var accelerations = Accelerations(last, properties);
            var (now, before) = (last[^1], last[^2]);
            var next = new double[now.Length];
            for (var i = 0; i < next.Length; i++)
                next[i] = isHeld?[i / _graphs.Options.Dimensions] == true ? now[i] : 2 * now[i] - before[i] + accelerations[i];
            // Velocities are features, in single precision.
            if (Array.FindIndex(next, at => !float.IsFinite((float)at)) is >= 0 and var bad)
                throw new InvalidDataException($"Step {step}: a coordinate of particle {bad / _graphs.Options.Dimensions} is {next[bad]}; "
                    + "the model diverged. Training with noise on the inputs makes long rollouts stable.");
            yield return next;
            last.RemoveAt(0);
            last.Add(next);
        }
    }

    /// <summary>Lets go of the engine; the model stays.</summary>
    public void Dispose() => _engine.Dispose();
}
