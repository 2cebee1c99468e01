using System.Reflection;

namespace MixPrec.Diagnostics;

/// <summary>One row of the table of diagnostics: an id that is never reused, a title and the text with its arguments.</summary>
/// <param name="Id"><c>MXP</c> and four digits; the first digit names the stage (see <see cref="DiagnosticCatalog"/>).</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="MessageFormat">The one line a user reads; composite format, arguments printed with the invariant culture.</param>
internal sealed record DiagnosticDescription(string Id, string Title, string MessageFormat, bool IsWarning = false)
{
    /// <summary>
    /// The page that explains the diagnostic: a path inside the repository and inside the package, which carries its own pages.
    /// </summary>
    public string HelpLink => "docs/diagnostics/" + Id + ".md";
}

/// <summary>
/// Every diagnostic of the task, the worker, the command line and the generator. <c>MXP0xxx</c> generator, <c>1xxx</c> configuration and
/// data, <c>2xxx</c> accuracy, <c>3xxx</c> ONNX import, <c>4xxx</c> selection, <c>5xxx</c> worker and environment, <c>9xxx</c> internal.
/// Each id has a page <c>docs/diagnostics/ID.md</c>; a test holds the two together.
/// </summary>
internal static class DiagnosticCatalog
{
    public static readonly DiagnosticDescription PlanUnreadable =
        new("MXP0001", "Plan is unreadable", "The plan '{0}' cannot be read: {1}. Rebuild the project to write it anew.");
    public static readonly DiagnosticDescription NoPlanYet = new("MXP0002", "No plan yet",
        "'{0}' has no plan yet: its members throw until the project has been built once.", IsWarning: true);
    public static readonly DiagnosticDescription LanguageTooOld =
        new("MXP0003", "Language version too old",
        "Generated classes need C# {0}, but the project uses C# {1}: remove LangVersion or raise it.");
    public static readonly DiagnosticDescription ReferenceMissing = new("MXP0004", "Reference missing",
        "Generated classes need a reference to {0}, which the project does not have: "
        + "reference the package MixPrec.Build without excluding its assets.");
    public static readonly DiagnosticDescription LanguageUnsupported = new("MXP0010", "Project is not C#",
        "Generated classes are C#, but the project is {0}: put the MixedPrecisionModel items with Access=\"public\" into a C# "
        + "class library, and reference that.");
    public static readonly DiagnosticDescription FrameworkTooOld = new("MXP0011", "Target framework too old",
        "Generated classes need .NET {0} or newer, but the project targets {1}: raise TargetFramework. "
        + "Where it has several, give those that fit the items alone: Condition=\"'$(TargetFramework)' == 'net{0}'\".");
    public static readonly DiagnosticDescription FolderUnusable =
        new("MXP0012", "Intermediate folder has a name that the compiler does not take",
        "The C# compiler does not read files below '{0}', because of the character {1}: "
        + "let BaseIntermediateOutputPath name a folder inside the project's own, or give the folder another name.");

    public static readonly DiagnosticDescription FileNotFound = new("MXP1001", "File not found", "{0} '{1}' does not exist.");
    public static readonly DiagnosticDescription InvalidMetadata =
        new("MXP1002", "Invalid metadata value", "{0}=\"{1}\" is not valid: expected {2}.");
    public static readonly DiagnosticDescription DuplicateClassName =
        new("MXP1003", "Duplicate class name",
        "The models '{0}' and '{1}' would both generate the class '{2}': give one of them another ClassName.");
    public static readonly DiagnosticDescription CalibrationMissing =
        new("MXP1004", "Calibration data needed",
        "'{0}' has no CalibrationData, and {2}: name an .npz file whose keys are the model's inputs ({1}).");
    public static readonly DiagnosticDescription DataKeyMismatch =
        new("MXP1005", "Data keys do not match the inputs", "'{0}' has the keys {1} but the model's inputs are {2}.{3}");
    public static readonly DiagnosticDescription DataShapeMismatch =
        new("MXP1006", "Data shape does not match the input", "'{0}': array '{1}' has shape {2}, the model's input has shape {3}.");
    public static readonly DiagnosticDescription DataInvalid = new("MXP1007", "Data file is invalid", "'{0}' is no valid data file: {1}.");
    public static readonly DiagnosticDescription DataNotFinite =
        new("MXP1008", "Data holds NaN or infinity", "'{0}': array '{1}' holds {3} (sample {2}).");
    public static readonly DiagnosticDescription LabelOutOfRange =
        new("MXP1009", "Label out of range", "'{0}': label {1} of sample {2} is outside 0…{3}.");
    public static readonly DiagnosticDescription UnknownMetadata =
        new("MXP1010", "Unknown metadata name", "'{0}' has the metadata {1}, which MixPrec does not know: did you mean {2}?");
    public static readonly DiagnosticDescription InvalidProperty =
        new("MXP1011", "Invalid property value", "The property {0}=\"{1}\" is not valid: expected {2}.");
    public static readonly DiagnosticDescription SizesContradict =
        new("MXP1012", "Sizes contradict each other", "'{0}': arrays give a dimension of the model different sizes: {1}.");
    public static readonly DiagnosticDescription LossUnfit = new("MXP1013", "Loss does not fit the output",
        "Loss {0} does not fit the model's first output '{1}': {2}.");
    public static readonly DiagnosticDescription LossNotFinite = new("MXP1014", "Output is not finite",
        "Sample {0}: the loss of the network in fp32 is {1} (first output '{2}'), so that no plan can be measured against it. "
        + "Leave the sample out of the data, or mend the network.");
    public static readonly DiagnosticDescription LossIsZero = new("MXP1116", "An output has no loss",
        "The loss of output '{0}' ({1}) is 0 on every one of {2}: no error is relative to it. "
        + "Give data that it responds to, or leave it out of LossOutputs.");
    public static readonly DiagnosticDescription PlanAdded = new("MXP1020", "Plan added to the lock file",
        "The lock file '{0}' had no plan for this model and these options ({1}): one was made and added. "
        + "The others stay: 'mixprec lock' lists them and removes those that no project uses.", IsWarning: true);
    public static readonly DiagnosticDescription LockNotWritable =
        new("MXP1021", "Lock file cannot be written", "The lock file '{0}' cannot be written: {1}.");
    public static readonly DiagnosticDescription WeightsOverLimit =
        new("MXP1022", "Weights exceed their limit", "'{0}' misses MaxWeightBytes {1}: its packed weights have {2} bytes.");
    public static readonly DiagnosticDescription TargetIsaElsewhere = new("MXP1023", "The target instruction set is not on this machine",
        "TargetIsa=\"{0}\": plans are made from times of the machine that builds, which can run {1}. "
        + "Name one of these, or make the plan on a machine with {0} and commit its lock file.");
    public static readonly DiagnosticDescription PlanEdited = new("MXP1024", "Plan was edited",
        "The plan {1} of the lock file '{0}' was edited after a build had written it, or written by hand: "
        + "its numbers were measured of other decisions. Choose precisions with Pin or KeepFloat in the project, "
        + "and restore the file or plan anew (dotnet build -t:MixPrecUpdate).");
    public static readonly DiagnosticDescription FewHeldOut = new("MXP1025", "Few held-out samples",
        "'{0}': its loss error is measured on {1}, too few for a bound that holds with 95 % confidence: "
        + "give more calibration data, or at least {2} of them as ValidationData.", IsWarning: true);
    public static readonly DiagnosticDescription TargetIsaTooLate = new("MXP1030", "Kernels are forced to another instruction set",
        "TargetIsa=\"{0}\", but the kernels of this process are already chosen: {1}. "
        + "Unset the environment variable MIXPREC_ISA, or set it to {0}.");
    public static readonly DiagnosticDescription MoreThreadsThanProcessors = new("MXP1060", "More threads than processors",
        "'{0}' is planned for Threads={1} on a machine with {2} of them to run on: its times are those of {2}.", IsWarning: true);
    public static readonly DiagnosticDescription KernelUnavailable = new("MXP1031", "A forced kernel cannot be used", "{0}");
    public static readonly DiagnosticDescription OutputUnwritable =
        new("MXP1040", "Output cannot be written", "Nothing can be written to '{0}': {1}. Name another place.");
    public static readonly DiagnosticDescription NotAFile =
        new("MXP1041", "Folder where a file is needed", "{0} '{1}' is a folder: name a file.");
    public static readonly DiagnosticDescription NotAFolder =
        new("MXP1042", "File where a folder is needed", "{0} '{1}' is a file: name a folder.");
    public static readonly DiagnosticDescription ExportUnwritable =
        new("MXP1050", "Exported model cannot be written", "The exported model '{0}' cannot be written: {1}. Name another file.");
    public static readonly DiagnosticDescription NothingToExport =
        new("MXP1051", "No layer to export in bytes",
        "'{0}' has no layer {1}: a Conv, Gemm or MatMul whose activations are finite.");
    public static readonly DiagnosticDescription OpsetTooOld =
        new("MXP1052", "Operators too old for the export",
        "Node '{0}' is {1} of opset {2}, which has no known form in opset {3}, the first with a scale for each channel: "
        + "convert the model.");
    public static readonly DiagnosticDescription PlanForExport =
        new("MXP1053", "No plan to export", "'{0}' has {1} for '{2}' as it is: {3}.");
    public static readonly DiagnosticDescription AlreadyQuantized =
        new("MXP1054", "Model is already quantized",
        "Layer '{0}' reads values that the model quantizes itself: export the model that it was made from.");
    public static readonly DiagnosticDescription TimingTableUnreadable = new("MXP1090", "Timing table is unreadable",
        "The timing table '{0}' cannot be read: {1}. Restore it, or delete it and make it anew (mixprec profile MODEL).");
    public static readonly DiagnosticDescription TimingTableStale = new("MXP1091", "Timing table of another version",
        "The timing table '{0}' was made by version {1} of MixPrec.Build, and this is {2}, whose kernels may take other times: "
        + "delete it and make it anew (mixprec profile {3}).");
    public static readonly DiagnosticDescription TimingTableOfAnother = new("MXP1092", "Timing table does not fit",
        "The timing table '{0}' does not fit: {1}. Name another file, or make one for these (mixprec profile).");
    public static readonly DiagnosticDescription TimingTableLacks = new("MXP1093", "Timing table lacks the model",
        "The timing table '{0}' has no times of '{1}' as it is: {2}. "
        + "Measure them with the same options (mixprec profile {1}); they are added to the file.");
    public static readonly DiagnosticDescription TimingTableForeign = new("MXP1094", "Timing table of another machine",
        "'{0}' is planned with times of another machine ('{1}'): {2}. "
        + "That is right where the plan is for that machine; for this one measure here (mixprec profile).", IsWarning: true);
    public static readonly DiagnosticDescription TimingTableIncomplete = new("MXP1095", "Timing table is incomplete",
        "'{0}': the timing table '{1}' has times of {2} of the {3} configurations that could be chosen, "
        + "and the others were not. Measure with the same options and more time to have them all (mixprec profile).", IsWarning: true);
    public static readonly DiagnosticDescription TimingTableUnwritable =
        new("MXP1096", "Timing table cannot be written", "The timing table '{0}' cannot be written: {1}. Name another file.");
    public static readonly DiagnosticDescription FileRefused = new("MXP1080", "The system refuses a file",
        "The system refuses a file that the build needs: {0}. Make room on the disk, or let this user read or write the file.");
    public static readonly DiagnosticDescription ScratchUnwritable = new("MXP1082", "Temporary folder cannot be written",
        "Nothing can be written to the temporary folder '{0}': {1}. Make room there, "
        + "or let the environment variable TMPDIR name another folder.");
    public static readonly DiagnosticDescription MemoryShort = new("MXP1083", "Not enough memory",
        "There is not enough memory to go on ({0}): give the build more of it, or give it a smaller model or fewer samples.");
    public static readonly DiagnosticDescription SamplesUnused = new("MXP1084", "More samples than are used",
        "'{0}': {1} are used, the first of the file; {2} left out.", IsWarning: true);
    public static readonly DiagnosticDescription OutputTooLarge = new("MXP1085", "Output too large",
        "'{0}' may have {1} elements in a run, and a span holds at most {2}: "
        + "bind the dimensions that it depends on (Dimensions), or take the output out of the model.");
    public static readonly DiagnosticDescription LockStale = new("MXP1101", "Lock file is stale",
        "The lock file '{0}' does not match: {1}. Run 'dotnet build -t:MixPrecUpdate' and commit the result.");
    public static readonly DiagnosticDescription LockMissing = new("MXP1102", "Lock file is missing",
        "MixPrecMode is Locked but the lock file '{0}' does not exist. Run 'dotnet build -t:MixPrecUpdate' and commit it.");
    public static readonly DiagnosticDescription LockUnreadable =
        new("MXP1103", "Lock file is unreadable",
        "The lock file '{0}' cannot be read: {1}. Restore it from version control, or delete it and plan again.");
    public static readonly DiagnosticDescription LockReplaced = new("MXP1104", "Lock file was stale",
        "The lock file '{0}' did not match ({1}); the model was calibrated again and the lock file rewritten.", IsWarning: true);
    public static readonly DiagnosticDescription Skipped = new("MXP1105", "Mixed precision skipped",
        "MixPrecMode is Skip: '{0}' runs in fp32.", IsWarning: true);

    public static readonly DiagnosticDescription ProjectUnreadable =
        new("MXP1110", "Project file cannot be read", "The project '{0}' is no XML: {1}.");
    public static readonly DiagnosticDescription NoPlanToReport =
        new("MXP1111", "No plan to report on", "The lock file '{0}' has {1} for '{2}': {3}.");
    public static readonly DiagnosticDescription JobUnreadable =
        new("MXP1139", "Job file is unreadable", "The job file '{0}' cannot be read: {1}. A build writes it; build again.");
    public static readonly DiagnosticDescription SdkCompilerMissing = new("MXP1112", "No .NET SDK beside the runtime",
        "Measuring a network compiles its class with the C# compiler of the .NET SDK (10.0.100 or newer), and there is none beside "
        + "the runtime '{0}'. Install the SDK there, or run with the 'dotnet' of one.");
    public static readonly DiagnosticDescription SampleUnreadable =
        new("MXP1113", "File cannot become a sample", "'{0}' cannot become a sample: {1}.");
    public static readonly DiagnosticDescription NoSamples =
        new("MXP1114", "No samples found", "'{0}' gives no {1}: {2}.");
    public static readonly DiagnosticDescription InputUnfit =
        new("MXP1115", "No input takes such samples", "No input of the model takes {0}: {2}. It has {1}.");
    public static readonly DiagnosticDescription InputUnknown =
        new("MXP1119", "No such input", "The model has no input '{0}', it has {1}{2}");
    public static readonly DiagnosticDescription DataTooLarge = new("MXP1117", "Too much calibration data",
        "{0} would be {1}, and a build reads at most {2}: take at most --samples {3}, or smaller ones.");
    public static readonly DiagnosticDescription OutputExists =
        new("MXP1118", "Output exists", "'{0}' exists already: --force overwrites it, --output names another file.");
    public static readonly DiagnosticDescription BudgetExceeded = new("MXP2001", "Error budget exceeded",
        "'{0}' misses ErrorBudget {1}: best plan {2} (95 % upper bound) on {3}. Largest shares: {4}. "
        + "Raise ErrorBudget to {5}{6}{7}, or give more calibration data. Report: {8}");
    public static readonly DiagnosticDescription AgreementMissed =
        new("MXP2002", "Top-1 agreement missed", "'{0}' misses MinTop1Agreement {1}: {2} on {3}. Report: {4}");
    public static readonly DiagnosticDescription AccuracyMissed = new("MXP2003", "Accuracy drop missed",
        "'{0}' misses AccuracyDrop {1}: {2} of top-1 accuracy lost, at most {3} with 95 % confidence on {4} (fp32 is right on "
        + "{5}, the plan on {6}).{7} Report: {8}");

    public static readonly DiagnosticDescription SamplesLeftOut = new("MXP2010", "Samples left out of the estimate",
        "'{0}': left out of the estimate: {1} of {2}, with a gradient or a loss error that is not finite (first at layer '{3}' "
        + "as {5}); the ranges count. Samples: {4}.", IsWarning: true);
    public static readonly DiagnosticDescription TooManyLeftOut = new("MXP2011", "Too many samples without a gradient",
        "'{0}': {1} of {2} with a gradient or a loss error that is not finite (first at layer '{3}' as {6}); "
        + "at most {4} may be left out of the estimate. Samples: {5}. Give other samples, "
        + "or keep that layer and those before it in fp32 with KeepFloat.");
    public static readonly DiagnosticDescription OperatorUnsupported =
        new("MXP3001", "Operator not supported", "Node '{0}': operator {1} (opset {2}) is not supported{3}.");
    public static readonly DiagnosticDescription NotOnnx = new("MXP3002", "Not an ONNX model", "'{0}' is not a readable ONNX model: {1}.");
    public static readonly DiagnosticDescription ExternalDataInvalid =
        new("MXP3003", "External data invalid", "Initializer '{0}': external data '{1}' {2}.");
    public static readonly DiagnosticDescription GraphInvalid = new("MXP3004", "Invalid graph", "Node '{0}' ({1}): {2}.");
    public static readonly DiagnosticDescription WeightNotFinite =
        new("MXP3005", "Weights hold NaN or infinity", "Layer '{0}': its weights '{1}' hold {2}.");
    public static readonly DiagnosticDescription OpsetUnsupported =
        new("MXP3006", "Opset not supported", "The model uses opset {0} of domain '{1}'; supported are opsets {2}.");
    public static readonly DiagnosticDescription ElementTypeUnsupported =
        new("MXP3007", "Element type not supported", "'{0}' has element type {1}, which is not supported{2}.");
    public static readonly DiagnosticDescription ShapeUnsupported = new("MXP3008", "Shape not supported", "Node '{0}' ({1}): {2}.");
    public static readonly DiagnosticDescription CacheUnsupported =
        new("MXP3009", "No cache for this graph", "A cache does not fit the model. Node '{0}' ({1}): {2}.");
    public static readonly DiagnosticDescription DataSizesUnfit =
        new("MXP3011", "Sizes of the data do not fit the model",
        "Input '{0}' has the shape [{1}] where the model has [{2}]: {3} where {4} is needed. The model needs {5}.");
    public static readonly DiagnosticDescription LayersReadInfinity = new("MXP3015", "Layers read NaN or infinity",
        "'{0}': on the calibration data NaN or infinity is read by {1} of {2} that could be quantized and stay in fp32 ({3}). "
        + "Their ranges leave such values out.", IsWarning: true);
    public static readonly DiagnosticDescription SizeTooComplex =
        new("MXP3010", "Size depends on dimensions in too many steps", "Node '{0}' ({1}): {2}.");
    public static readonly DiagnosticDescription FunctionRecursive =
        new("MXP3020", "Local function calls itself", "The local function '{0}' calls itself: {1}.");
    public static readonly DiagnosticDescription FunctionsTooLarge =
        new("MXP3021", "Local functions grow too large",
        "The local functions expand to more than {0} nodes, or call each other more than {1} deep: {2}.");

    public static readonly DiagnosticDescription TensorTooLarge =
        new("MXP3025", "Tensor too large", "Node '{0}' ({1}): {2} has {3} elements or more; a tensor holds at most {4}.");
    public static readonly DiagnosticDescription ConstantTooLarge = new("MXP3026", "Constant too large",
        "Node '{0}' ({1}): {2} elements would be computed when the model is built; "
        + "the limits are {3} elements and {4} bytes for the whole model.");
    public static readonly DiagnosticDescription InputsRefused =
        new("MXP3027", "Inputs refused", "The model does not run for these inputs: {0}");

    public static readonly DiagnosticDescription Infeasible = new("MXP4001", "No plan meets the constraints",
        "'{0}': no assignment meets {1} {2}; the least achievable is {3}.");
    public static readonly DiagnosticDescription UnknownLayer = new("MXP4002", "Pattern matches no layer",
        "{0}=\"{1}\" matches no layer of '{2}'. Layers: {3}.");

    public static readonly DiagnosticDescription ConflictingPatterns =
        new("MXP4003", "Patterns contradict each other",
        "Layer '{0}' is kept in fp32 by KeepFloat=\"{1}\" and pinned by Pin=\"{2}\": remove one of them.");
    public static readonly DiagnosticDescription SolverStopped =
        new("MXP4004", "Selection found no plan in its time",
        "'{0}': the solver reached its limit without a plan. Give fewer candidates (Precisions) or pin some layers.");

    public static readonly DiagnosticDescription WeightsTooLarge =
        new("MXP4005", "Weights too large for their mode",
        "The packed weights are larger than {0} bytes, the most that an assembly or an array holds: set WeightsMode=\"File\".");

    public static readonly DiagnosticDescription PartsDisagree = new("MXP4010", "Times of the parts do not add up",
        "'{0}': its parts, timed one by one in fp32, take {1} together, and the whole takes {2}. "
        + "Times were scaled to fit, and the plan may not be the best. Plan again on a machine that does nothing else.", IsWarning: true);
    public static readonly DiagnosticDescription LatencyMissed = new("MXP4011", "Time limit missed",
        "'{0}' misses MaxLatencyMicroseconds {1}: the least time found is {2} µs, {3} (fp32 takes {4} µs){5}. {6} Report: {7}");
    public static readonly DiagnosticDescription TimesSpread = new("MXP4012", "Times spread",
        "'{0}': its times spread by {1} around {2}, because this machine does other things too. "
        + "Another plan may be faster: plan again when it is idle (dotnet build -t:MixPrecUpdate).", IsWarning: true);
    public static readonly DiagnosticDescription PlanNotFaster = new("MXP4013", "The best plan is no faster than fp32",
        "'{0}' stays in fp32: the best plan takes {1} out of fp32, and the whole network then takes {2} instead of {3}, {4}. "
        + "To keep such a plan, for its smaller weights, set Objective=\"Memory\" or pin the layers.", IsWarning: true);
    public static readonly DiagnosticDescription BudgetAllowsNothing =
        new("MXP4014", "ErrorBudget allows nothing but fp32",
        "'{0}' stays in fp32: none of the plans that were tried and gain keeps ErrorBudget {1} {2}. About {3} would allow one{4}.",
        IsWarning: true);
    public static readonly DiagnosticDescription NothingGains = new("MXP4015", "No candidate gains anything",
        "'{0}' stays in fp32: none of the candidates that are allowed is {1} for any of its layers on this machine.{2}", IsWarning: true);
    public static readonly DiagnosticDescription TimingCutShort = new("MXP4016", "Fewer configurations were timed",
        "'{0}': timing every configuration would take longer than {1} s (MixPrecTimingSeconds), "
        + "so at most {2} of each part were timed instead of {3}. More time may find a better plan.", IsWarning: true);
    public static readonly DiagnosticDescription AgreementAllowsNothing =
        new("MXP4017", "MinTop1Agreement allows nothing but fp32",
        "'{0}' stays in fp32: no plan that gains keeps MinTop1Agreement {1}. The best of them measured {2} on {3}.", IsWarning: true);
    public static readonly DiagnosticDescription LimitsAllowNothing =
        new("MXP4018", "Other limits allow nothing but fp32",
        "'{0}' stays in fp32: there are candidates that gain and keep ErrorBudget, and none of them fits {1}.", IsWarning: true);

    public static readonly DiagnosticDescription AccuracyAllowsNothing =
        new("MXP4020", "AccuracyDrop allows nothing but fp32",
        "'{0}' stays in fp32: no plan that gains keeps AccuracyDrop {1}. "
        + "The best of them lost {2}, at most {3} with 95 % confidence on {4}.{5}", IsWarning: true);
    public static readonly DiagnosticDescription SpeedupMissed = new("MXP4019", "Speedup missed",
        "'{0}' misses MinSpeedup {1}: the most found is {2} ({3} µs instead of {4} µs in fp32, {5}){6}. {7} Report: {8}");

    public static readonly DiagnosticDescription WorkerNotStarted =
        new("MXP5001", "Worker cannot start", "The build worker cannot start: {0}.");
    public static readonly DiagnosticDescription NativeLibraryUnusable =
        new("MXP5002", "Native library cannot be loaded", "{0} cannot be loaded: {1}. {2}");
    public static readonly DiagnosticDescription WorkerCrashed =
        new("MXP5003", "Worker crashed", "The build worker for '{0}' ended with exit code {1}: {2} Reproduce: {3}");
    public static readonly DiagnosticDescription WorkerTimedOut =
        new("MXP5004", "Worker timed out", "The build worker for '{0}' was stopped after {1} (MixPrecTimeoutSeconds). Reproduce: {2}");
    public static readonly DiagnosticDescription WorkerCancelled =
        new("MXP5005", "Build cancelled", "The build of '{0}' was cancelled; nothing was written.");

    public static readonly DiagnosticDescription BuildBusy = new("MXP5006", "Another build works on the model",
        "Another build has been working on '{0}' for more than {1} (MixPrecTimeoutSeconds).");
    public static readonly DiagnosticDescription WorkerTooLarge = new("MXP5007", "Worker took too much memory",
        "The build worker for '{0}' was stopped: it held more than {1} MiB (MixPrecMaxMemory). Reproduce: {2}");

    public static readonly DiagnosticDescription LibrariesMissing = new("MXP5010", "Libraries for calibration cannot be fetched",
        "Calibration needs libraries that are not in the package folder: {0}. They could not be fetched into '{1}'. "
        + "{2} A build from a lock file needs none of them.");
    public static readonly DiagnosticDescription RuntimeKeptPrivate = new("MXP5011", "MixPrec.Runtime would be missing at run time",
        "{0} on the reference to MixPrec.Build keeps MixPrec.Runtime, which generated classes call, from the application: "
        + "remove it, or reference MixPrec.Runtime as well.");

    public static readonly DiagnosticDescription Internal = new("MXP9001", "Internal error", "Unexpected {0} while {1}: {2}");

    /// <summary>
    /// Whether an error says what the inputs are worth: that no plan meets the demands, or that the network cannot be measured on the data.
    /// It costs as much to find again, and only another input changes it; the cause of other errors may lie outside the inputs.
    /// </summary>
    public static bool IsVerdict(string id) => id.StartsWith("MXP2", StringComparison.Ordinal)
        || id.StartsWith("MXP4", StringComparison.Ordinal)
        || id == WeightsOverLimit.Id || id == LossNotFinite.Id || id == InputsRefused.Id;

    /// <summary>All rows, in id order: what is declared above.</summary>
    public static IReadOnlyList<DiagnosticDescription> All { get; } =
    [
        .. typeof(DiagnosticCatalog).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(DiagnosticDescription))
            .Select(field => (DiagnosticDescription)field.GetValue(null)!).OrderBy(row => row.Id, StringComparer.Ordinal),
    ];
}
