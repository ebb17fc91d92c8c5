using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What a forecasting network reads: a normalized window, and what is known of the future.</summary>
/// <param name="Steps">
/// The window, [time, batch, features]: the targets first, normalized as the options say, then covariates, standardized.
/// </param>
/// <param name="TargetCount">The number of targets.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Outputs">Numbers to give for each target and step: parameters of a distribution or quantiles; 1 for a point.</param>
/// <param name="Future">Covariates of the steps to forecast, standardized, [batch, horizon, features]; null where there are none.</param>
/// <param name="Static">Features of the series, standardized, [batch, features]; null where there are none.</param>
public sealed record ForecastInput(Sequence Steps, int TargetCount, int Horizon, int Outputs, Value? Future, Value? Static)
{
    private Value? _targets;

    /// <summary>The network being written.</summary>
    public NetworkBuilder Network => Steps.Network;

    /// <summary>Steps of the window.</summary>
    public int Window => (int)Steps.Steps.Shape[0].Size;

    /// <summary>The targets' window, each by itself, [batch, targets, window].</summary>
    public Value Targets => _targets ??= Op.Transpose(Op.Slice(Steps.Steps, 2, 0, TargetCount), 1, 2, 0);

    /// <summary>The whole window as one vector, [batch, window · features].</summary>
    public Value Flat
    {
        get
        {
            var byRow = Op.Transpose(Steps.Steps, 1, 0, 2);
            return Op.Reshape(byRow, [byRow.Shape[0], Window * Steps.Features], byRow);
        }
    }

    /// <summary>
    /// A forecast from a vector that summarizes the window: a linear map to all steps, plus, where something is known of the future or the
    /// series, a perceptron of each step that reads this and a part of the summary.
    /// </summary>
    /// <param name="summary">[batch, features].</param>
    /// <param name="hidden">Size of the perceptron's hidden layer.</param>
    /// <returns>[batch, targets, horizon · outputs].</returns>
    public Value Decode(Value summary, int hidden = 64)
    {
        var y = Op.Reshape(Network.Linear(summary, TargetCount * Horizon * Outputs, name: "output"),
            [summary.Shape[0], TargetCount, Horizon * Outputs], summary);
        return Future is null && Static is null ? y : y + OfFuture(Network.Linear(summary, hidden, name: "summary"), hidden);
    }

    /// <summary>
    /// Adds what a perceptron makes of each step's known covariates and of the features of the series; nothing where there are none.
    /// </summary>
    /// <param name="forecast">[batch, targets, horizon · outputs].</param>
    /// <param name="hidden">Size of the perceptron's hidden layer.</param>
    public Value WithFuture(Value forecast, int hidden = 64) =>
        Future is null && Static is null ? forecast : forecast + OfFuture(null, hidden);

    /// <summary>A forecast of values, with what else the loss needs: a learned number for each step and target.</summary>
    /// <param name="point">[batch, targets, horizon].</param>
    /// <returns>[batch, targets, horizon · outputs]: the first of each step is the value, and so is a median.</returns>
    internal Value WithSpread(Value point)
    {
        // At least one weight is what training trains: it does nothing where there is no spread.
        var spread = Network.Parameter("spread", [TargetCount, Horizon, Outputs], Initializers.Zeros, decays: false);
        float[] isLearned = [.. Enumerable.Range(0, Outputs).Select(i => Outputs == 1 || i == (Median ?? 0) ? 0f : 1f)];
        var y = Op.Unsqueeze(point, 3);
        y = (Median is not null ? y : y * Network.Graph.Vector([1f, .. new float[Outputs - 1]])) + spread * Network.Graph.Vector(isLearned);
        return Op.Reshape(y, [point.Shape[0], TargetCount, Horizon * Outputs], y);
    }

    /// <summary>Forecasts whose mean is the network's, each of which has a loss of its own; empty for none.</summary>
    internal List<Value> Members { get; } = [];

    /// <summary>Which output is the median, where all are quantiles; otherwise null.</summary>
    internal int? Median { get; init; }

    // [batch, targets, horizon · outputs]
    private Value OfFuture(Value? summary, int hidden)
    {
        using (Network.Scope("future"))
        {
            var batch = Steps.Steps.Shape[1];
            var rows = new[] { summary, Static }.OfType<Value>().ToArray();
            // What is the same for all steps is multiplied once and added to each.
            var layer = Future is null ? null : Network.Linear(Future, hidden, name: "steps");               // [batch, horizon, hidden]
            if (rows.Length > 0)
            {
                var shared = Op.Unsqueeze(Network.Linear(Op.Concat(1, rows), hidden, name: "rows"), 1);
                layer = layer is null ? shared + Op.Filled(0f, [batch, Horizon, 1], shared) : layer + shared;
            }
            // [batch, horizon, targets · outputs]
            var y = Network.Linear(Op.Relu(layer!), TargetCount * Outputs, name: "values");
            y = Op.Transpose(Op.Reshape(y, [batch, Horizon, TargetCount, Outputs], y), 0, 2, 1, 3);
            return Op.Reshape(y, [batch, TargetCount, Horizon * Outputs], y);
        }
    }
}
