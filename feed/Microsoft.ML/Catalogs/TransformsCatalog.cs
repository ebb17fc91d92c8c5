using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Extended with methods that make estimators.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog(IHostEnvironment env)
    {
        Environment = env;
        Conversion = new ConversionTransforms(env);
        Text = new TextTransforms(env);
    }

    public ConversionTransforms Conversion { get; }

    public TextTransforms Text { get; }

    internal IHostEnvironment Environment { get; }

    /// <summary>Conversions between types.</summary>
    public sealed class ConversionTransforms
    {
        internal ConversionTransforms(IHostEnvironment env) => Environment = env;

        internal IHostEnvironment Environment { get; }
    }

    /// <summary>Work on text.</summary>
    public sealed class TextTransforms
    {
        internal TextTransforms(IHostEnvironment env) => Environment = env;

        internal IHostEnvironment Environment { get; }
    }
}
