using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>How much a portfolio tries.</summary>
public enum PortfolioPreset
{
    /// <summary>Each model once, with settings that suit most data, for few epochs.</summary>
    Quick,
    /// <summary>The same, and then other settings of what is good.</summary>
    Good,
    /// <summary>More models, larger ones and more epochs.</summary>
    Best,
}

/// <summary>What is predicted.</summary>
public enum PortfolioTask
{
    /// <summary>One of several classes.</summary>
    Classification,
    /// <summary>A number.</summary>
    Regression,
}

/// <summary>
/// Networks of this library and trainers of ML.NET that are sensible for a kind of data, with what is worth searching of each: an
/// experiment shows whether a network is worth it. The first trials are of each model with its defaults.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Data</term><description>Models, in the order in which they are tried</description></listheader>
/// <item><term>A text</term><description><c>lstm</c> (bidirectional), <c>convolution</c> (widths 3, 4 and 5, maximum over the steps; Kim
/// 2014), <c>bag</c> (n-grams of words and characters, linear), <c>gru</c>, <c>transformer</c>; with <see cref="PortfolioPreset.Best"/>
/// <c>bag-lightgbm</c> and <c>words-fasttree</c> (counts of words)</description></item>
/// <item><term>A series, numbers at each step</term><description><c>minirocket</c> (random convolutions and a linear model in closed
/// form; from 9 steps on), <c>resnet</c> (convolutions), <c>lstm</c> (bidirectional), <c>lightgbm</c> (all numbers of all steps),
/// <c>transformer</c>; with <see cref="PortfolioPreset.Best"/> <c>inception</c> and <c>fasttree</c></description></item>
/// <item><term>An image</term><description><c>convnet</c>, <c>lightgbm</c> (all pixels), <c>resnet</c>, <c>linear</c>, <c>vit</c> (vision
/// Transformer); with <see cref="PortfolioPreset.Best"/> <c>mixer</c> and <c>fasttree</c></description></item>
/// <item><term>Numbers</term><description><c>lightgbm</c>, <c>linear</c>, <c>perceptron</c>, <c>fasttree</c></description></item>
/// </list>
/// </remarks>
public sealed class Portfolio
{
    internal const string ModelName = "model";

    private readonly Func<int?, IReadOnlyList<PortfolioModel>> _all;
    private readonly IReadOnlyList<PortfolioModel> _models;

    private Portfolio(PortfolioTask task, PortfolioPreset preset, string label, Func<int?, IReadOnlyList<PortfolioModel>> all, string? text,
        IReadOnlyList<string>? names = null, int? epochs = null)
    {
        (Task, Preset, LabelColumnName, TextColumnName, _all, Epochs) = (task, preset, label, text, all, epochs);
        var known = all(epochs);
        var models = _models = names is null ? known : [.. names.Select(name => known.Single(model => model.Name == name))];
        Space = new SearchSpace().Choice(ModelName, [.. models.Select(model => model.Name)]);
        foreach (var model in models)
            foreach (var declare in preset == PortfolioPreset.Quick ? [] : model.Dimensions)
            {
                declare(Space);
                Space.When(ModelName, model.Name);
            }
    }

    /// <summary>What is predicted.</summary>
    public PortfolioTask Task { get; }

    /// <summary>How much is tried.</summary>
    public PortfolioPreset Preset { get; }

    /// <summary>Epochs of the networks; null for as many as <see cref="Preset"/> says.</summary>
    public int? Epochs { get; }

    /// <summary>The column of labels.</summary>
    public string LabelColumnName { get; }

    /// <summary>The column of texts; null where numbers are read.</summary>
    public string? TextColumnName { get; }

    /// <summary>What is searched: the dimension <c>model</c>, and those of each model.</summary>
    public SearchSpace Space { get; }

    /// <summary>The names of the models.</summary>
    public IReadOnlyList<string> Models => [.. _models.Select(model => model.Name)];

    /// <summary>Models that read a text.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="preset">How much is tried.</param>
    /// <param name="labelColumnName">The labels: text or keys of classes, or a Single.</param>
    /// <param name="textColumnName">The texts.</param>
    public static Portfolio ForText(PortfolioTask task, PortfolioPreset preset = PortfolioPreset.Good, string labelColumnName = "Label",
        string textColumnName = "Text") =>
        new(task, preset, labelColumnName, epochs => TextModels.Of(task, preset, labelColumnName, textColumnName, epochs), textColumnName);

    /// <summary>Models that read numbers.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="featureCount">The number of numbers.</param>
    /// <param name="preset">How much is tried.</param>
    /// <param name="labelColumnName">The labels: text or keys of classes, or a Single.</param>
    /// <param name="featureColumnName">The numbers: a vector of Single.</param>
    public static Portfolio ForFeatures(PortfolioTask task, int featureCount, PortfolioPreset preset = PortfolioPreset.Good,
        string labelColumnName = "Label", string featureColumnName = "Features") =>
        new(task, preset, labelColumnName, epochs => FeatureModels.Of(task, preset, labelColumnName, featureColumnName, featureCount,
            epochs), null);

    /// <summary>Models that read series of one length.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="channels">Numbers at each step.</param>
    /// <param name="preset">How much is tried.</param>
    /// <param name="labelColumnName">The labels: text or keys of classes, or a Single.</param>
    /// <param name="seriesColumnName">The series: a vector of Single, [steps · channels], step by step.</param>
    public static Portfolio ForSeries(PortfolioTask task, int steps, int channels = 1, PortfolioPreset preset = PortfolioPreset.Good,
        string labelColumnName = "Label", string seriesColumnName = "Features")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        return new(task, preset, labelColumnName, epochs => SeriesModels.Of(task, preset, labelColumnName, seriesColumnName, steps,
            channels, epochs), null);
    }

    /// <summary>Models that read images of one size.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="shape">Size of the images.</param>
    /// <param name="preset">How much is tried.</param>
    /// <param name="labelColumnName">The labels: text or keys of classes, or a Single.</param>
    /// <param name="imageColumnName">The images: a vector of Single, [height · width · channels], row by row.</param>
    public static Portfolio ForImages(PortfolioTask task, ImageShape shape, PortfolioPreset preset = PortfolioPreset.Good,
        string labelColumnName = "Label", string imageColumnName = "Features")
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new(task, preset, labelColumnName, epochs => ImageModels.Of(task, preset, labelColumnName, imageColumnName, shape, epochs),
            null);
    }

    /// <summary>The same with some of the models alone.</summary>
    /// <exception cref="ArgumentException">There is no model of a name.</exception>
    public Portfolio Only(params string[] models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return models.Length > 0 && models.All(Models.Contains)
            ? new(Task, Preset, LabelColumnName, _all, TextColumnName, models, Epochs)
            : throw new ArgumentException($"There is no model '{models.FirstOrDefault(name => !Models.Contains(name))}'; expected some of "
                + $"{string.Join(", ", Models)}.", nameof(models));
    }

    /// <summary>The same with networks of so many epochs at most.</summary>
    /// <param name="epochs">At least 1. ML.NET's own trainers have none.</param>
    public Portfolio WithEpochs(int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return new(Task, Preset, LabelColumnName, _all, TextColumnName, Models, epochs);
    }

    /// <summary>Whether a model is a network, which reports epochs.</summary>
    internal bool IsNetwork(string model) => _models.Single(one => one.Name == model).IsNetwork;

    /// <summary>What an epoch reports of a trial.</summary>
    internal string EpochMetric => Task == PortfolioTask.Classification ? "accuracy" : "loss";

    /// <summary>What the trainers need: labels as keys, texts as tokens.</summary>
    internal IEstimator<ITransformer> Preparation(MLContext ml)
    {
        IEstimator<ITransformer>? preparation = Task == PortfolioTask.Classification
            ? ml.Transforms.Conversion.MapValueToKey(LabelColumnName) : null;
        if (TextColumnName is null)
            return preparation ?? ml.Transforms.CopyColumns(LabelColumnName, LabelColumnName);
        var tokens = ml.Transforms.TokenizeText(TextModels.Tokens, TextColumnName, new() { Lowercase = true });
        return preparation is null ? tokens : preparation.Append(tokens);
    }

    internal IEstimator<ITransformer> Trainer(Trial trial) =>
        _models.Single(model => model.Name == trial.Get<string>(ModelName)).Make(trial);

    /// <summary>C# that makes the trainer of a trial's values.</summary>
    internal string Code(IReadOnlyDictionary<string, object> values) =>
        _models.Single(model => model.Name == (string)values[ModelName]).Code(new(0, values, Space, 0, 0, default, default, null));

    internal IEnumerable<IReadOnlyDictionary<string, object>> Defaults
    {
        get
        {
            foreach (var name in Models)
            {
                var values = new Dictionary<string, object> { [ModelName] = name };
                foreach (var dimension in Space.Dimensions.Where(one => one.Parent is not null && SearchSpace.Matters(one, values)))
                    values[dimension.Name] = dimension.Default;
                yield return values;
            }
        }
    }
}
