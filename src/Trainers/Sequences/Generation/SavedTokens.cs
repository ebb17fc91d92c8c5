using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The tokens of a row and a <see cref="GenerativePayload"/>: the input of the mappings of saved language models and translators.
/// </summary>
internal class SavedTokens : PayloadRow, IRestorable
{
    /// <summary>Values of the column of tokens as Int64.</summary>
    public const string TokensColumn = SavedChain.Prefix + "tokens";

    /// <summary>The column that a mapping writes.</summary>
    public const string ScoreColumn = SavedChain.Prefix + "score";

    private const string KeysColumn = SavedChain.Prefix + "keys";

    /// <summary>Keys' numbers, or integers.</summary>
    [ColumnName(TokensColumn)]
    public long[]? Tokens { get; set; }

    ITransformer IRestorable.Restore(byte[] payload, SequenceScoringOptions options) =>
        GenerativePayload.Parse(payload).ToTransformer(options);

    /// <summary>Appends what makes Int64 of the column of tokens, and Single of the other columns.</summary>
    internal static void AddTo(SavedChain chain, ModelInfo info)
    {
        List<string> sides = [];
        foreach (var side in info.Input.Kind.IsReal() ? info.Inputs : info.Sides)
        {
            sides.Add($"{SavedSides.Column}.{sides.Count}");
            var isWhole = side.Kind.IsRow() || side.Image is not null;
            var values = isWhole ? sides[^1] : SavedSides.Counted.Values;
            if (!side.Kind.IsReal())
                AddNumbers(chain, side);
            chain.Add(side.Kind.IsReal() ? chain.Transforms.CopyColumns(values, side.Column)
                : chain.Transforms.Conversion.ConvertType(values, TokensColumn, DataKind.Single));
            if (isWhole)
                continue;
            chain.Add(chain.Transforms.CustomMapping(new SavedSides.Counted().GetMapping(), SavedSides.Counted.Contract));
            chain.Add(chain.Transforms.CopyColumns(sides[^1], SavedSides.Counted.CountedValues));
        }
        if (sides.Count > 0)
            chain.Add(chain.Transforms.Concatenate(SavedSides.Column, [.. sides]));
        if (info.Input.Kind.IsReal())
            chain.Add(chain.Transforms.CustomMapping(new NoTokens().GetMapping(), NoTokens.Contract));
        else if (info.Input.TokenOffset == 1)
            chain.Add(chain.Transforms.Conversion.ConvertType(TokensColumn, info.Input.Column, DataKind.Int64));
        else
            AddNumbers(chain, info.Input);
    }

    // Stock ML.NET converts keys only to keys.
    private static void AddNumbers(SavedChain chain, ModelInput keys)
    {
        chain.Add(chain.Transforms.Conversion.ConvertType(KeysColumn, keys.Column, DataKind.UInt64));
        if (keys.IsScalar)
            chain.Add(chain.Transforms.Concatenate(KeysColumn, KeysColumn));
        chain.Add(chain.Transforms.CustomMapping(new KeyNumbers().GetMapping(), KeyNumbers.Contract));
    }

    /// <summary>Gives a function from a row to the saved model's prediction. The model is loaded once, with the first row.</summary>
    internal static Func<SavedTokens, GenerativeRow> Predictor()
    {
        var reader = new PayloadReader<GenerativeTransformer>(bytes => GenerativePayload.Parse(bytes).ToTransformer(new()));
        var loading = new object();
        return row =>
        {
            GenerativeTransformer model;
            lock (loading)
                model = reader.Get(row.Payload);
            GenerativeInput read;
            try
            {
                var sides = row is SavedSides further ? further.Checked(model.Info) : [];
                read = model.Info.Input.Kind.IsReal() ? new([], sides[1..]) { Numbers = sides[0] }
                    : new(Ids(row.Tokens ?? [], model.Info.Input), sides);
            }
            catch (InvalidDataException) when (model.Scoring.BadRows == BadRows.Skip)
            {
                read = new([], []);     // without tokens there is no prediction
            }
            return model.Predict([read])[0];
        };
    }

    // As when a column is read, 0 stands for everything outside the vocabulary.
    private static long[] Ids(long[] values, ModelInput input)
    {
        if (values.Length == 0)
            throw new InvalidDataException($"Column '{input.Column}': the sequence is empty, expected at least one step.");
        if (values.Length > input.MaximumLength)
        {
            throw new InvalidDataException($"Column '{input.Column}': the sequence has {values.Length} steps, "
                + $"expected at most {input.MaximumLength}, the positions that the network has.");
        }
        return Array.ConvertAll(values, value =>
            value >= 0 && value < input.Vocabulary - input.TokenOffset ? value + input.TokenOffset : 0);
    }

    /// <summary>Gives no tokens to a row with an image or a series, which stands before the further inputs.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class NoTokens : CustomMappingFactory<NoTokens.Source, KeyNumbers.Result>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = "MLSeqGraph.NoTokens";

        public override Action<Source, KeyNumbers.Result> GetMapping() => static (_, result) => result.Tokens = [];

        /// <summary>The column read.</summary>
        public sealed class Source
        {
            [ColumnName(SavedSides.Column)]
            public float[]? Sides { get; set; }
        }
    }

    /// <summary>Converts keys to numbers.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class KeyNumbers : CustomMappingFactory<KeyNumbers.Source, KeyNumbers.Result>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = "MLSeqGraph.KeyNumbers";

        public override Action<Source, Result> GetMapping() =>
            static (row, result) => result.Tokens = Array.ConvertAll(row.Keys ?? [], key => (long)Math.Min(key, long.MaxValue));

        /// <summary>The column read.</summary>
        public sealed class Source
        {
            [ColumnName(KeysColumn)]
            public ulong[]? Keys { get; set; }
        }

        /// <summary>The column written.</summary>
        public sealed class Result
        {
            [ColumnName(TokensColumn)]
            public long[]? Tokens { get; set; }
        }
    }
}
