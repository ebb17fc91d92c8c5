using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Hidden Markov models as they are deployed.</summary>
internal static class HiddenMarkovDeployment
{
    /// <summary>One model that gives each step's states: the path as the label, their probabilities as the score.</summary>
    internal static FittedSequenceModel OfStates(SequenceColumn column, HiddenMarkovModel model, ModelLabels labels) =>
        new(Input(column, [model]), ModelTask.Tagging, labels, model.States)
        {
            Parameters = Parameters([model]),
            Write = x =>
            {
                var graph = new HiddenMarkovGraph(x, [model]);
                var logLikelihood = Op.Squeeze(graph.LogLikelihood, 1);
                var posterior = graph.Posterior();
                // What the model can't emit has no states.
                var isPossible = Op.Unsqueeze(Op.Greater(logLikelihood, logLikelihood.Number(HiddenMarkovEmission.LogZero / 2)), 1, 2);
                return [(ModelFormat.Score, Op.Where(isPossible, posterior, posterior.Number(float.NaN))),
                    (ModelFormat.PredictedLabel, graph.Viterbi()), (ModelFormat.LogLikelihood, logLikelihood)];
            },
            Sample = (random, steps) => FittedSequenceModel.Rounded(model.Sample(steps, random).Sequence),
            Compare = (x, given) =>
            [
                (ModelFormat.Score, [.. model.Posterior(x).Cast<double>()], given(ModelFormat.Score)),
                (ModelFormat.LogLikelihood, [model.LogLikelihood(x)], given(ModelFormat.LogLikelihood)),
                // Two paths may be as probable.
                (ModelFormat.PredictedLabel, [model.Viterbi(x).LogProbability],
                    [model.LogProbability(x, Array.ConvertAll(given(ModelFormat.PredictedLabel)[..x.Steps], state => (int)state))]),
            ],
        };

    /// <summary>A model for each class: the likelier class, with their shares as prior.</summary>
    internal static FittedSequenceModel OfClasses(SequenceColumn column, IReadOnlyList<HiddenMarkovModel> models, double[] shares,
        ModelLabels labels) =>
        new(Input(column, models), ModelTask.Classification, labels, models.Count)
        {
            Parameters = Parameters(models),
            Write = x =>
            {
                var graph = new HiddenMarkovGraph(x, models);
                var joint = graph.LogLikelihood + x.Steps.Graph.Vector(Array.ConvertAll(shares, HiddenMarkovEmission.Log));
                return [(ModelFormat.Score, Op.Softmax(joint)), (ModelFormat.PredictedLabel, Op.ArgMax(joint, -1, keepDims: false)),
                    (ModelFormat.LogLikelihood, graph.LogLikelihood)];
            },
            Sample = (random, steps) => FittedSequenceModel.Rounded(models[random.Next(models.Count)].Sample(steps, random).Sequence),
            Compare = (x, given) =>
            {
                double[] logs = [.. models.Select(model => model.LogLikelihood(x))];
                double[] joint = [.. logs.Select((log, i) => log + Math.Log(shares[i]))];
                var whole = VectorMath.LogSumExp(joint);
                double[] possible = [.. logs.Where(double.IsFinite)];
                return
                [
                    (ModelFormat.Score, Array.ConvertAll(joint, log => Math.Exp(log - whole)), given(ModelFormat.Score)),
                    (ModelFormat.LogLikelihood, possible,
                        [.. given(ModelFormat.LogLikelihood).Where((_, i) => double.IsFinite(logs[i]))]),
                ];
            },
        };

    // Symbols are looked up in a table of log densities, which stands where a network's embedding does.
    private static SequenceInput Input(SequenceColumn column, IReadOnlyList<HiddenMarkovModel> models) =>
        new(column, null, models.Sum(model => model.States));

    private static ParameterSet Parameters(IReadOnlyList<HiddenMarkovModel> models)
    {
        var parameters = new ParameterSet();
        if (models[0].Emission.Dimensions > 0)
            return parameters;
        float[][] tables = [.. models.Select(model => model.Emission.Table())];
        var (states, rows) = (models[0].States, tables[0].Length / models[0].States);
        parameters.Add(new("embedding/table", TensorData.Create([.. Enumerable.Range(0, rows).SelectMany(row =>
            tables.SelectMany(table => table.AsSpan(row * states, states).ToArray()))], rows, states * models.Count), false, false));
        return parameters;
    }
}
