using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Fitted hidden Markov models in a pipeline.</summary>
/// <inheritdoc/>
public sealed class HiddenMarkovTransformer : SequenceScoringTransformer
{
    internal HiddenMarkovTransformer(ModelFile file, SequenceScoringOptions options, IReadOnlyList<HiddenMarkovModel> models,
        IReadOnlyList<double> shares, IReadOnlyList<double> logLikelihoods, long steps) : base(file, options)
    {
        (Models, Shares, LogLikelihoods) = (models, shares, logLikelihoods);
        var parameters = models.Sum(model => model.ParameterCount) + shares.Count - 1;
        Aic = 2 * parameters - 2 * LogLikelihood;
        Bic = parameters * Math.Log(steps) - 2 * LogLikelihood;
    }

    /// <summary>The model, or one for each class or cluster.</summary>
    public IReadOnlyList<HiddenMarkovModel> Models { get; }

    /// <summary>The shares of the classes or clusters; 1 for a single model.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>
    /// The log likelihood of the training rows before each step of fitting and after the last one; of several models that were fitted
    /// one by one, or counted, only the last.
    /// </summary>
    public IReadOnlyList<double> LogLikelihoods { get; }

    /// <summary>The log likelihood of the training rows.</summary>
    public double LogLikelihood => LogLikelihoods[^1];

    /// <summary>Akaike's information criterion on the training rows: lower is better.</summary>
    public double Aic { get; }

    /// <summary>The Bayesian information criterion on the training rows: lower is better.</summary>
    public double Bic { get; }
}
