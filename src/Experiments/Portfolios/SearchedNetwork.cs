using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>A network whose learning rate, size and dropout are searched; of tokens the size of their embeddings, too.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">What it reads, and for how long it is trained.</param>
/// <param name="Rate">The learning rate that is tried first.</param>
/// <param name="Hidden">The size that is tried first.</param>
/// <param name="Dropout">The dropout that is tried first.</param>
/// <param name="Make">Makes the network of a size.</param>
/// <param name="Source">The same as C#.</param>
/// <param name="Step">Sizes are multiples of it: widths of heads are even, for rotary positions.</param>
internal sealed record SearchedNetwork(string Name, NetworkData Data, float Rate, int Hidden, float Dropout,
    Func<int, SequenceNetwork> Make, string Source, int Step = 1)
{
    private const int Embedding = 64;

    internal PortfolioModel Model => new(Name, [.. Dimensions], Train, Code, IsNetwork: true);

    private IEnumerable<Func<SearchSpace, SearchSpace>> Dimensions
    {
        get
        {
            yield return space => space.Range($"{Name}.rate", Rate / 5.0, Rate * 3.0, logBase: true, Rate);
            yield return space => space.Range($"{Name}.hidden", Math.Min(16, Hidden), Data.MostHidden, logBase: true, Hidden);
            if (Data.ReadsTokens)
                yield return space => space.Range($"{Name}.embedding", 16, Data.MostHidden, logBase: true, Embedding);
            yield return space => space.Range($"{Name}.dropout", 0.0, 0.6, defaultValue: Dropout);
        }
    }

    private (float Rate, int Hidden, int Embedding, float Dropout) Values(Trial trial) => (
        PortfolioModel.Get(trial, $"{Name}.rate", Rate),
        (PortfolioModel.Get(trial, $"{Name}.hidden", Hidden) + Step - 1) / Step * Step,
        PortfolioModel.Get(trial, $"{Name}.embedding", Embedding), PortfolioModel.Get(trial, $"{Name}.dropout", Dropout));

    private IEstimator<ITransformer> Train(Trial trial)
    {
        var (rate, hidden, embedding, dropout) = Values(trial);
        return NetworkModels.Train(trial, Data.Task, rate, Data.Epochs, Data.Patience, options =>
        {
            (options.LabelColumnName, options.SequenceColumnName, options.Network) = (Data.Label, Data.Column, Make(hidden));
            options.OutputDropout = dropout;
            if (Data.ReadsTokens)
                (options.EmbeddingSize, options.InputDropout) = (embedding, dropout);
            else if (Data.Channels > 0)
                options.FeatureCount = Data.Channels;
            if (Data.Task == PortfolioTask.Classification)
                options.MonitoredMetric = MonitoredMetric.Highest("accuracy");
        }, Data.WeightDecay, Data.LabelSmoothing);
    }

    private string Code(Trial trial)
    {
        var (rate, hidden, embedding, dropout) = Values(trial);
        var reads = Data.ReadsTokens ? FormattableString.Invariant($"EmbeddingSize = {embedding}, InputDropout = {dropout:0.###}f, ")
            : Data.Channels > 0 ? $"FeatureCount = {Data.Channels}, " : "";
        return NetworkModels.Code(Data.Task, rate, Data.Epochs, string.Create(CultureInfo.InvariantCulture, $$"""
            LabelColumnName = "{{Data.Label}}", SequenceColumnName = "{{Data.Column}}",
            Network = {{SourceCode.Body(Source, hidden)}},
            {{reads}}OutputDropout = {{dropout:0.###}}f,
            """), Data.WeightDecay, Data.LabelSmoothing);
    }
}
