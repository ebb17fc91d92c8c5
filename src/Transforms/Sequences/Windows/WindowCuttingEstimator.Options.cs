namespace MLSeqGraph.Transforms;

public sealed partial class WindowCuttingEstimator
{
    /// <summary>How windows are cut.</summary>
    public sealed class Options
    {
        /// <summary>The column of windows, vectors of <see cref="WindowSteps"/> × features.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column of sequences; null for <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>
        /// Features per step for vectors of <see cref="float"/>; null to take them from the column's type, or 1 where it doesn't say.
        /// </summary>
        public int? FeatureCount { get; set; }

        /// <summary>Steps per window; must be set.</summary>
        public int WindowSteps { get; set; }

        /// <summary>Steps from the start of one window to that of the next. 1 by default.</summary>
        public int Stride { get; set; } = 1;

        /// <summary>Steps after the window that become its target; 0, the default, makes no target column.</summary>
        public int Horizon { get; set; }

        /// <summary>
        /// The column of targets, vectors of <see cref="Horizon"/> × target features; Single where both are 1.
        /// </summary>
        public string TargetColumnName { get; set; } = "Label";

        /// <summary>
        /// Which features of a step to predict, counted from 0; null for all. One feature one step ahead makes a column of
        /// <see cref="float"/>, so does one token per column of keys; everything else makes vectors.
        /// </summary>
        public int[]? TargetFeatures { get; set; }

        /// <summary>Whether to take only the window at the end of each sequence, as for forecasting. False by default.</summary>
        public bool LastWindowOnly { get; set; }

        /// <summary>Whether to leave out sequences with fewer steps than a window and its target. By default they are an error.</summary>
        public bool SkipShortSequences { get; set; }

        /// <summary>
        /// Name of a new column of <see cref="int"/> with the position of the window's first step in its sequence, from 0; null for none.
        /// </summary>
        public string? StartColumnName { get; set; }

        internal string Input => InputColumnName ?? OutputColumnName;

        internal bool HasTarget => Horizon > 0;

        /// <summary>Only the last window, without target and start.</summary>
        internal Options OfLastWindow()
        {
            var copy = (Options)MemberwiseClone();
            (copy.LastWindowOnly, copy.SkipShortSequences, copy.Horizon, copy.TargetFeatures, copy.StartColumnName) =
                (true, false, 0, null, null);
            return copy;
        }

        internal Options Checked()
        {
            Check(WindowSteps >= 1, nameof(WindowSteps), WindowSteps, "at least 1");
            Check(Stride >= 1, nameof(Stride), Stride, "at least 1");
            Check(Horizon >= 0, nameof(Horizon), Horizon, "at least 0");
            Check(TargetFeatures is not { Length: 0 }, nameof(TargetFeatures), 0, "at least one feature, or none given for all");
            foreach (int feature in TargetFeatures ?? [])
                Check(feature >= 0, nameof(TargetFeatures), feature, "features counted from 0");
            var added = new List<string> { OutputColumnName };
            if (HasTarget)
                added.Add(TargetColumnName);
            if (StartColumnName is not null)
                added.Add(StartColumnName);
            foreach (string name in added)
                ArgumentException.ThrowIfNullOrEmpty(name);
            if (added.Distinct().Count() < added.Count)
                throw new ArgumentException($"The new columns {string.Join(", ", added)} need different names.");
            var copy = (Options)MemberwiseClone();
            copy.TargetFeatures = TargetFeatures?.ToArray();
            return copy;
        }

        private static void Check(bool holds, string name, int value, string expected)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, expected {expected}.");
        }
    }
}
