using System.Globalization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Training in closed form: a pass over the rows collects what the output layer reads and what it should give, and the layer is solved for.
/// </summary>
/// <param name="options">How.</param>
/// <param name="head">What is predicted.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="copies">Changed copies of each row beside itself.</param>
internal sealed class ReadoutEpoch(ReadoutOptions options, Head head, long rows, int copies)
{
    /// <summary>What the evaluation gives for it besides its metrics.</summary>
    internal static (string, Value)[] Outputs(NetworkBuilder network, Head head, Value vector)
    {
        Value? Input(string name) => network.Graph.Inputs.FirstOrDefault(input => input.Name == name);
        var (targets, weights) = head.LeastSquares(Input(Head.Labels)!, Input(Head.Weights));
        return [(ReadoutOptions.Features, vector), (ReadoutOptions.Targets, targets), (ReadoutOptions.Weights, weights)];
    }

    /// <summary>Solves for the output layer, and leaves it in a session and in the model's parameters.</summary>
    /// <param name="session">The session.</param>
    /// <param name="model">Its model.</param>
    /// <param name="data">The training rows.</param>
    /// <param name="throwIfEnded">Called before each batch.</param>
    /// <param name="log">Receives the ridge.</param>
    internal void Solve(TrainingSession session, TrainingModel model, ITrainingData data, Action throwIfEnded, TrainingLog log)
    {
        RidgeReadout? ridge = null;
        for (var epoch = 0; epoch <= copies; epoch++)
            foreach (var batch in data.ReadEpoch(epoch, CancellationToken.None))
            {
                throwIfEnded();
                batch.FeedTo(session);
                ridge = Add(ridge, session.Evaluate());
            }
        var solution = (ridge ?? throw new InvalidOperationException("The training data has no batches.")).Solve(options.Ridge,
            head.HasProbabilities);
        solution.Weight.CopyTo(model.Parameters[ReadoutOptions.Weight].Value.As<float>(), 0);
        solution.Bias.CopyTo(model.Parameters[ReadoutOptions.Bias].Value.As<float>(), 0);
        session.LoadParameters();
        log.Info(string.Create(CultureInfo.InvariantCulture, $"Output layer of {solution.Weight.Length:N0} weights by ridge regression in "
            + $"closed form, ridge {solution.Ridge:g3}: epochs, learning rate and optimizer don't matter"));
    }

    private RidgeReadout Add(RidgeReadout? ridge, IReadOnlyDictionary<string, TensorData> outputs)
    {
        TensorData features = outputs[ReadoutOptions.Features], targets = outputs[ReadoutOptions.Targets];
        int width = (int)features.Sizes[1], count = (int)targets.Sizes[1];
        ridge ??= new(width, count, rows * (copies + 1));
        ReadOnlySpan<float> weights = outputs[ReadoutOptions.Weights].As<float>();
        for (var row = 0; row < weights.Length; row++)
            ridge.Add(features.As<float>().AsSpan(row * width, width), targets.As<float>().AsSpan(row * count, count), weights[row]);
        return ridge;
    }
}
