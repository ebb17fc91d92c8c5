using Microsoft.ML;

namespace MLSeqGraph.Experiments;

/// <summary>Tries values of a search space within a budget, and gives the best model. Every setting returns the experiment.</summary>
/// <remarks>
/// A trial that throws is a failed trial with a reason, not the end. With a budget of time, a trial that runs when it is used up ends with
/// the weights reached and counts; the training on all rows comes on top.
/// </remarks>
public sealed partial class Experiment
{
    internal Experiment(MLContext ml) => ML = ml;

    internal MLContext ML { get; }

    internal SearchSpace Space { get; private set; } = new();

    internal Func<Trial, IEstimator<ITransformer>>? Pipeline { get; private set; }

    internal IEstimator<ITransformer>? Preparation { get; private set; }

    internal Func<Trial, double>? Function { get; private set; }

    internal Func<TrialData>? Data { get; private set; }

    internal ExperimentMetric? Metric { get; private set; }

    /// <summary>Sets what is searched.</summary>
    public Experiment SetSearchSpace(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Set(() => Space = space);
    }

    /// <summary>Sets what is searched by a function that declares it.</summary>
    public Experiment SetSearchSpace(Func<SearchSpace, SearchSpace> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        return SetSearchSpace(declare(new()));
    }

    /// <summary>Sets what is searched to the properties with attributes of a class; <see cref="Trial.Get{T}()"/> gives
    /// objects of it.</summary>
    /// <inheritdoc cref="SearchSpace.Of{T}"/>
    public Experiment SetSearchSpace<T>() where T : class, new() => SetSearchSpace(SearchSpace.Of<T>());

    /// <summary>Sets the pipeline of a trial, or a trainer alone. Pruners need trainers that validate (their
    /// <c>ValidationFraction</c>); where preparation and trainer are given apart they do.</summary>
    /// <param name="pipeline">Makes it of a trial's values.</param>
    public Experiment SetPipeline(Func<Trial, IEstimator<ITransformer>> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return Set(() => (Preparation, Pipeline, Function) = (null, pipeline, null));
    }

    /// <summary>
    /// Sets a preparation, fitted to the training rows once for all trials, and the trainer of a trial. Trainers of this library validate
    /// every epoch on the experiment's validation rows, so that the best weights are kept and pruners can judge.
    /// </summary>
    /// <param name="preparation">What doesn't depend on the trial.</param>
    /// <param name="trainer">Makes the trainer, alone, of a trial's values.</param>
    public Experiment SetPipeline(IEstimator<ITransformer> preparation, Func<Trial, IEstimator<ITransformer>> trainer)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        ArgumentNullException.ThrowIfNull(trainer);
        return Set(() => (Preparation, Pipeline, Function) = (preparation, trainer, null));
    }

    /// <summary>Sets a function of a trial that gives its metric, instead of a pipeline: there is no model then.</summary>
    /// <param name="function">Trains and evaluates by itself. It may call <see cref="Trial.Report(double)"/>.</param>
    /// <param name="name">The name of the metric.</param>
    /// <param name="isMaximize">Whether more of it is better.</param>
    public Experiment SetTrialFunction(Func<Trial, double> function, string name = "value", bool isMaximize = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Set(() => (Pipeline, Function, Metric) = (null, function, new(name, isMaximize, null)));
    }

    /// <summary>Sets rows to train on and rows to validate on.</summary>
    /// <exception cref="ArgumentException">The second lacks columns of the first.</exception>
    public Experiment SetDataset(IDataView train, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        var data = TrialData.Given(train, validation);
        return Set(() => Data = () => data);
    }

    /// <summary>Sets rows that were split.</summary>
    public Experiment SetDataset(DataOperationsCatalog.TrainTestData trainValidationSplit) =>
        SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    /// <summary>Sets rows, a share of which is validated on.</summary>
    /// <param name="dataset">The rows.</param>
    /// <param name="validationFraction">The share. A tenth by default.</param>
    /// <param name="samplingKeyColumnName">Rows of one value here stay together; null for none.</param>
    public Experiment SetDataset(IDataView dataset, double validationFraction = 0.1, string? samplingKeyColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Set(() => Data = () => TrialData.Split(ML, dataset, validationFraction, samplingKeyColumnName, Seed));
    }

    /// <summary>Sets rows for cross-validation: a trial's metric is the mean over the folds, and what pruners see after each fold is the
    /// mean so far.</summary>
    /// <param name="dataset">The rows.</param>
    /// <param name="fold">The number of folds.</param>
    /// <param name="samplingKeyColumnName">Rows of one value here stay together; null for none.</param>
    public Experiment SetDataset(IDataView dataset, int fold, string? samplingKeyColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Set(() => Data = () => TrialData.Cross(ML, dataset, fold, samplingKeyColumnName, Seed));
    }

    /// <summary>Sets the metric of true or false.</summary>
    public Experiment SetBinaryClassificationMetric(BinaryClassificationMetric metric, string labelColumn = "Label",
        string predictedColumn = "PredictedLabel", string scoreColumn = "Score") =>
        Set(() => Metric = ExperimentMetric.Of(ML, metric, labelColumn, predictedColumn, scoreColumn));

    /// <summary>Sets the metric of one of several classes. Rows of classes that training rows lack are wrong.</summary>
    public Experiment SetMulticlassClassificationMetric(MulticlassClassificationMetric metric, string labelColumn = "Label",
        string predictedColumn = "PredictedLabel", string scoreColumn = "Score") =>
        Set(() => Metric = ExperimentMetric.Of(ML, metric, labelColumn, predictedColumn, scoreColumn));

    /// <summary>Sets the metric of numbers.</summary>
    public Experiment SetRegressionMetric(RegressionMetric metric, string labelColumn = "Label", string scoreColumn = "Score") =>
        Set(() => Metric = ExperimentMetric.Of(ML, metric, labelColumn, scoreColumn));

    /// <summary>Sets a metric of your own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isMaximize">Whether more is better.</param>
    /// <param name="evaluate">Its value for scored validation rows.</param>
    /// <param name="epochMetric">The metric of a trainer's epochs that pruners judge by; null for the validation loss.</param>
    public Experiment SetMetric(string name, bool isMaximize, Func<IDataView, double> evaluate, string? epochMetric = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(evaluate);
        return Set(() => Metric = new(name, isMaximize, evaluate, epochMetric));
    }

    private Experiment Set(Action set)
    {
        set();
        return this;
    }
}
