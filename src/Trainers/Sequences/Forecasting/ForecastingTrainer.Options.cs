using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

public sealed partial class ForecastingTrainer
{
    /// <summary>Options of the trainer.</summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>The columns of the panel.</summary>
        public ForecastColumns Columns { get; set; } = new();

        /// <summary>Steps to forecast. 1 by default.</summary>
        public int Horizon { get; set; } = 1;

        /// <summary>Steps that are read to forecast from; 0, the default, for three times the horizon.</summary>
        public int InputWindow { get; set; }

        /// <summary>Steps from the start of one training window to that of the next. 1 by default.</summary>
        public int Stride { get; set; } = 1;

        /// <summary>The network: a <see cref="ForecastNetwork"/> or any other; DLinear by default.</summary>
        public SequenceNetwork Network { get; set; } = ForecastNetwork.DLinear();

        /// <summary>The loss; mean squared error by default.</summary>
        public ForecastLoss Loss { get; set; }

        /// <summary>How windows are normalized; null, the default, for their mean and deviation, of counts their mean.</summary>
        public WindowNormalization? Normalization { get; set; }

        /// <summary>
        /// Whether the logarithm is forecast, log(1 + x), mirrored for negative numbers: of what grows in proportion to itself.
        /// </summary>
        public bool Log { get; set; }

        /// <summary>Steps of a season whose value before is subtracted; 0, the default, for none.</summary>
        public int SeasonalDifference { get; set; }

        /// <summary>
        /// The quantiles to give, between 0 and 1, rising; by default those of intervals that cover 80 % and 95 %. The median is added
        /// where the loss needs it.
        /// </summary>
        public float[] Quantiles { get; set; } = [0.025f, 0.1f, 0.5f, 0.9f, 0.975f];

        /// <summary>
        /// Whether quantiles are moved until held-out windows lie below them as often as they say (conformalized quantile regression,
        /// Romano et al. 2019), where there are validation rows; forecasts without a spread of their own take it from the training rows
        /// otherwise. With few windows the outer quantiles come from Student's t distribution, and the log says so. True by default.
        /// </summary>
        public bool Calibrate { get; set; } = true;

        /// <summary>
        /// Whether the network is trained again on all rows, for as many epochs as were best on what
        /// <see cref="TrainingOptions.ValidationFraction"/> held out; quantiles stay those of the held-out windows. So forecasts know the
        /// last steps too. False by default.
        /// </summary>
        public bool Refit { get; set; }

        /// <summary>Whether series that are too short for a window and its horizon are left out; by default they are an error.</summary>
        public bool SkipShortSeries { get; set; }

        /// <summary>
        /// The most megabytes that the windows of the training rows may take in memory, and also those of the validation rows; 256 by
        /// default. Larger ones are cut again in every epoch.
        /// </summary>
        public int MemoryMegabytes { get; set; } = 256;

        /// <summary>Windows read ahead to shuffle, where they take more than <see cref="MemoryMegabytes"/>.</summary>
        public int ShuffleBufferRows { get; set; } = 8192;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NotNull(nameof(Columns), Columns);
            Columns.Checked();
            AtLeast(nameof(Horizon), Horizon, 1);
            AtLeast(nameof(InputWindow), InputWindow, 0);
            AtLeast(nameof(Stride), Stride, 1);
            NotNull(nameof(Network), Network);
            Defined(nameof(Loss), Loss);
            if (Normalization is { } normalization)
                Defined(nameof(Normalization), normalization);
            Check(nameof(SeasonalDifference), SeasonalDifference >= 0 && SeasonalDifference < Window, SeasonalDifference,
                $"0 for none, or less than the window of {Window} steps");
            Check(nameof(Quantiles), Quantiles is not null && Quantiles.All(q => q > 0 && q < 1)
                && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First < pair.Second),
                Quantiles is null ? null : $"[{string.Join(", ", Quantiles.Select(q => FormattableString.Invariant($"{q}")))}]",
                "numbers between 0 and 1, each above the one before it");
            Check(nameof(MemoryMegabytes), MemoryMegabytes is >= 1 and <= 4096, MemoryMegabytes, "1 to 4096");
            AtLeast(nameof(ShuffleBufferRows), ShuffleBufferRows, 1);
            Check(nameof(Refit), !Refit || (ValidationFraction > 0 && CheckpointFolder is null), Refit,
                $"false, where {nameof(ValidationFraction)} is 0 or {nameof(CheckpointFolder)} is set: there is nothing to choose by, or "
                + "two trainings would share the folder");
            NoAttention("forecasts have none to give");
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: a forecast has no vector of its own");
            NoBadRows("a row belongs to a series; Columns.Missing says what happens to missing values");
            if (Network is ForecastNetwork network)
                Check(nameof(InputWindow), Window - SeasonalDifference >= network.LeastWindow, Window, $"at least "
                    + $"{network.LeastWindow + SeasonalDifference} steps, which {network.Name} reads");
            if (Loss == ForecastLoss.NegativeBinomial)
            {
                Check(nameof(Network), Network is not ForecastNetwork { ForecastsValues: true }, Network.Name,
                    $"one that learns the logarithm of the mean, where {nameof(Loss)} is {Loss}");
                Check(nameof(Normalization), Normalization is null or WindowNormalization.Scale, Normalization,
                    $"{WindowNormalization.Scale} or null, as counts stay counts");
                Check(nameof(Log), !Log, Log, $"false, where {nameof(Loss)} is {Loss}");
                Check(nameof(SeasonalDifference), SeasonalDifference == 0, SeasonalDifference, $"0, where {nameof(Loss)} is {Loss}");
            }
        }

        /// <summary>The same for all rows, with so many epochs and nothing held out.</summary>
        internal Options OfAll(int epochs)
        {
            var copy = (Options)MemberwiseClone();
            (copy.Epochs, copy.ValidationFraction, copy.EarlyStoppingPatience, copy.Refit) = (epochs, 0, 0, false);
            copy.MonitoredMetric = MonitoredMetric.Loss;
            return copy;
        }

        internal int Window => InputWindow > 0 ? InputWindow : 3 * Horizon;

        internal ForecastSetup Setup(ForecastPanel panel, ForecastScale scale)
        {
            var isMasked = Columns.Missing == MissingSteps.Mask;
            var quantiles = Quantiles;
            if (Loss == ForecastLoss.Quantiles && !quantiles.Contains(0.5f))
                quantiles = [.. quantiles.Append(0.5f).Order()];
            return new(Horizon, Columns.TargetColumnNames, panel.KnownWidth, panel.StaticWidth > 0, isMasked, Loss,
                Normalization ?? (Loss == ForecastLoss.NegativeBinomial ? WindowNormalization.Scale : WindowNormalization.MeanDeviation),
                Log, SeasonalDifference, quantiles, scale);
        }
    }
}
