package scenarios

// orchestrationPresets are the documented defaults of orchestrators.
var orchestrationPresets = []Preset{
	{"temporal", []PresetValue{
		{"retry", "{attempts: unlimited, initial: 1s, multiplier: 2, max: 100s}",
			"temporalio/documentation retry-policies.mdx, 2026-11: exponential 1 s × 2 up to 100 s, no limit; that there is no jitter is not verified; the timeout of a step is the user's", true},
	}},
	{"step-functions", []PresetValue{
		{"timeout", "none",
			"awsdocs/aws-step-functions-developer-guide concepts-error-handling.md, 2026-11: TimeoutSeconds 99999999", false},
		{"retry", "{attempts: 4, initial: 1s, multiplier: 2}",
			"awsdocs/aws-step-functions-developer-guide concepts-error-handling.md, 2026-11: a Retry field with nothing else: 3 retries, 1 s × 2, no jitter", true},
		{"exhausted", "stop",
			"awsdocs/aws-step-functions-developer-guide concepts-error-handling.md, 2026-11: without a Catch the execution fails", true},
	}},
	{"durable-functions", []PresetValue{
		{"timeout", "5m",
			"Azure/durabletask AzureStorageOrchestrationServiceSettings.cs, TaskHubQueue.cs, 2026-06-24: work item visibility", true},
		{"retry", "{attempts: unlimited, initial: 2s, multiplier: 2, max: 600s}",
			"Azure/durabletask AzureStorageOrchestrationServiceSettings.cs, TaskHubQueue.cs, 2026-06-24: abandoned for 2ⁿ s, at most 600 s, without end; an error of the activity itself is not tried again, which is not expressed", false},
		{"exhausted", "stop",
			"Azure/durabletask AzureStorageOrchestrationServiceSettings.cs, TaskHubQueue.cs, 2026-06-24", false},
	}},
	{"zeebe", []PresetValue{
		{"timeout", "5m",
			"camunda/camunda-docs job-workers.md; CamundaClientBuilderImpl.java, 2026-11: job timeout", true},
		{"retry", "{attempts: 3, initial: 0s}",
			"camunda/camunda-docs job-workers.md; CamundaClientBuilderImpl.java, 2026-11: retries 3; a timeout takes none, which is not expressed", true},
		{"exhausted", "stop",
			"camunda/camunda-docs job-workers.md; CamundaClientBuilderImpl.java, 2026-11: an incident, until somebody resolves it", true},
	}},
}
