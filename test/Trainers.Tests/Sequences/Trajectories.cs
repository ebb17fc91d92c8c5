using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A trajectory of a game of some steps, each of which gives a reward that the action alone decides.</summary>
internal sealed class Trajectory
{
    /// <summary>Most steps of a trajectory.</summary>
    internal const int Most = 4;

    /// <summary>Two numbers a step: how many steps are left, and noise.</summary>
    public float[] States { get; set; } = [];

    /// <summary>How many steps are left, as a token.</summary>
    [KeyType(Most)]
    public uint[] Left { get; set; } = [];

    /// <summary>1 to take a reward of 1, 2 to leave it.</summary>
    [KeyType(2)]
    public uint[] Actions { get; set; } = [];

    /// <summary>A number from -1 to 1, which is the reward.</summary>
    public float[] Forces { get; set; } = [];

    public float[] Returns { get; set; } = [];

    public float[] ForceReturns { get; set; } = [];

    public float[] Times { get; set; } = [];

    internal static Trajectory[] Make(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var steps = i % 4 == 0 ? Most - 1 : Most;
            var greed = random.Next(3) / 2.0;
            uint[] actions = [.. Enumerable.Range(0, steps).Select(_ => random.NextDouble() < greed ? 1u : 2)];
            var push = 2 * random.NextSingle() - 1;
            float[] forces = [.. Enumerable.Range(0, steps).Select(_ => push)];
            return new Trajectory
            {
                States = [.. Enumerable.Range(0, steps).SelectMany(step => (float[])[steps - step, random.NextSingle()])],
                Left = [.. Enumerable.Range(0, steps).Select(step => (uint)(steps - step))],
                Actions = actions, Forces = forces,
                Returns = DecisionPolicy.ReturnsToGo(Array.ConvertAll(actions, action => action == 1 ? 1f : 0)),
                ForceReturns = DecisionPolicy.ReturnsToGo(forces),
                Times = [.. Enumerable.Range(0, steps).Select(step => 0.5f * step)],
            };
        })];
    }

    internal static IDataView View(MLContext ml, params Trajectory[] rows) => ml.Data.LoadFromEnumerable(rows);

    /// <summary>Options of a small network.</summary>
    internal static DecisionTrainer.Options Small(int epochs = 1, bool hasReturns = true, bool ofForces = false) => new()
    {
        LabelColumnName = ofForces ? nameof(Forces) : nameof(Actions), FeatureCount = 2,
        ReturnColumnName = !hasReturns ? null : ofForces ? nameof(ForceReturns) : nameof(Returns), Epochs = epochs, BatchSize = 16,
        LearningRate = 5e-3f, Target = ExecutionTarget.Cpu(1),
        Transformer = new() { Hidden = 16, Layers = 2, Heads = 2, FeedForwardSize = 16, Activation = FeedForwardActivation.Gelu },
    };
}
